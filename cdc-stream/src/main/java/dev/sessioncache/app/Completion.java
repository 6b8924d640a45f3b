package dev.sessioncache.app;

import dev.sessioncache.doctor.Doctor;
import dev.sessioncache.lanes.WarmerLanes;
import dev.sessioncache.replay.Replay;
import dev.sessioncache.validate.Validate;
import dev.sessioncache.verify.Verify;
import dev.sessioncache.warm.Estimate;
import dev.sessioncache.warm.Stats;
import dev.sessioncache.warm.WarmerBootstrap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Spec;

/** The command {@code completion}. */
@Command(
    name = "warmer completion",
    mixinStandardHelpOptions = true,
    description = "Prints the completion of commands and options for bash and zsh.",
    footerHeading = "%nExample:%n",
    footer = "  source <(warmer completion)")
public final class Completion implements Callable<Integer> {

  /**
   * Demonstration and benchmarks are no part of what is deployed, so their options are listed here.
   */
  static final List<String> OPTIONS_OF_UP =
      List.of(
          "--sessions",
          "--count",
          "--rate",
          "--once",
          "--seconds",
          "--fresh",
          "--dir",
          "--json",
          "--quiet",
          "--verbose");

  static final List<String> PARTS = List.of("postgres", "kafka", "redis", "stream");

  static final List<String> OPTIONS_OF_BREAK = List.of("--for", "--freeze", "--dir");

  static final List<String> AREAS_OF_BENCH =
      List.of("warm", "stream", "replay", "latency", "read", "hit-rate", "size", "page");

  static final List<String> OPTIONS_OF_BENCH =
      List.of("--rounds", "--sizes", "--seconds", "--debezium-server", "--keep", "--json");

  /** Those that take a value. */
  private static final List<String> VALUES_OF_BENCH =
      List.of("--rounds", "--sizes", "--seconds", "--debezium-server");

  @Spec private @Nullable CommandSpec command;

  public static void main(String... args) {
    System.exit(new CommandLine(new Completion()).execute(args));
  }

  @Override
  public Integer call() {
    Objects.requireNonNull(command)
        .commandLine()
        .getOut()
        .println(AutoComplete.bash("warmer", commands()));
    return 0;
  }

  /** All commands of the launcher with their options. */
  static CommandLine commands() {
    CommandLine warmer = new CommandLine(CommandSpec.create().name("warmer"));
    warmer.addSubcommand("doctor", new Doctor());
    warmer.addSubcommand("up", with(OPTIONS_OF_UP));
    PositionalParamSpec part =
        PositionalParamSpec.builder().index("0").completionCandidates(PARTS).build();
    warmer.addSubcommand("break", with(OPTIONS_OF_BREAK).addPositional(part));
    PositionalParamSpec area =
        PositionalParamSpec.builder().index("0").completionCandidates(AREAS_OF_BENCH).build();
    warmer.addSubcommand("bench", with(OPTIONS_OF_BENCH).addPositional(area));
    warmer.addSubcommand("warm", new WarmerBootstrap());
    warmer.addSubcommand("estimate", new Estimate());
    warmer.addSubcommand("stats", new Stats());
    warmer.addSubcommand("verify", new Verify());
    warmer.addSubcommand("validate", new Validate());
    warmer.addSubcommand("stream", new CdcStream());
    warmer.addSubcommand("lanes", new WarmerLanes(CdcStream.sections()));
    warmer.addSubcommand("replay", new Replay());
    warmer.addSubcommand("completion", new Completion());
    return warmer.setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static CommandSpec with(List<String> options) {
    CommandSpec command = CommandSpec.create();
    for (String name : options) {
      OptionSpec.Builder option = OptionSpec.builder(name);
      command.addOption((VALUES_OF_BENCH.contains(name) ? option.arity("1") : option).build());
    }
    return command;
  }
}
