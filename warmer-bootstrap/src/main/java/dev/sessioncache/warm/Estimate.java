package dev.sessioncache.warm;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.config.Configuration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code estimate}. */
@Command(
    name = "warmer estimate",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = {
      "Tells how many sessions account for 80, 90, 95 and 99 %% of the expected requests, what they",
      "take in Redis, and how long a warm of them lasts. Writes nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer estimate                  a table",
      "  warmer estimate --window 7d      for sessions active within a week",
      "  warmer estimate --json           one JSON object on stdout, for a script",
      "",
      "Exit code: 0 done, 1 failed, 2 usage.",
      "Reads DATABASE_URL and REDIS_URL; WARM_DATABASE_URL names a replica to read instead."
    })
public final class Estimate implements Callable<Integer> {

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  @Option(
      names = "--window",
      paramLabel = "TIME",
      description = "Only sessions active within this time (session.window, default 24h).")
  private @Nullable String window;

  /** With the environment of this process. */
  public Estimate() {
    this(System.getenv());
  }

  Estimate(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new Estimate()), args));
  }

  @Override
  public Integer call() {
    Map<String, String> options = window == null ? Map.of() : Map.of("session.window", window);
    Configuration configuration = JobConfiguration.load(shared, environment, options);
    EstimateReport report = new EstimateJob(configuration).run();
    Objects.requireNonNull(command)
        .commandLine()
        .getOut()
        .println(shared.json() ? report.json() : report.text());
    return ExitCode.OK;
  }
}
