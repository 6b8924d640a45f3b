package dev.sessioncache.warm;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code completion}. */
@Command(
    name = "warmer completion",
    mixinStandardHelpOptions = true,
    description = "Prints the completion of commands and options for bash and zsh.",
    footerHeading = "%nExample:%n",
    footer = "  source <(warmer completion)")
public final class Completion implements Callable<Integer> {

  /** Of other modules: their options are theirs. */
  private static final List<String> OTHERS = List.of("up", "stream");

  @Spec private @Nullable CommandSpec command;

  public static void main(String... args) {
    System.exit(new CommandLine(new Completion()).execute(args));
  }

  @Override
  public Integer call() {
    CommandLine warmer = new CommandLine(CommandSpec.create().name("warmer"));
    warmer.addSubcommand("warm", new WarmerBootstrap());
    warmer.addSubcommand("estimate", new Estimate());
    warmer.addSubcommand("stats", new Stats());
    warmer.addSubcommand("completion", new Completion());
    OTHERS.forEach(name -> warmer.addSubcommand(name, CommandSpec.create()));
    Objects.requireNonNull(command)
        .commandLine()
        .getOut()
        .println(AutoComplete.bash("warmer", warmer));
    return 0;
  }
}
