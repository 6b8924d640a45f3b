package dev.sessioncache.demo;

import dev.sessioncache.demo.outage.Outage;
import dev.sessioncache.demo.outage.OutageRequests;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code warmer break}: asks a running {@code warmer up} to break one of its parts. */
@Command(
    name = "warmer break",
    sortOptions = false,
    description =
        "Breaks a part of a running \"warmer up\" for a while, to see what then happens: on its"
            + " terminal, the dashboard, in \"warmer doctor\" and .warmer/logs/stream.log.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer break redis              kill it; 20 s later it is back with what it began with",
      "  warmer break kafka --for 60     kill it for a minute",
      "  warmer break postgres --freeze  let it hang for 20 s",
      "",
      "Exit code: 0 asked, 1 nothing runs here, 2 wrong usage."
    })
public final class BreakPart implements Callable<Integer> {

  private static final int LONGEST_SECONDS = 3600;

  /** The parts of {@code up} that may be broken. */
  enum Part {
    POSTGRES,
    KAFKA,
    REDIS,
    STREAM;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Part> of(String label) {
      return Arrays.stream(values()).filter(part -> part.label().equals(label)).findAny();
    }
  }

  private final Map<String, String> environment;

  @Parameters(paramLabel = "PART", description = "postgres, kafka, redis or stream")
  private String name = "";

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "for how long; what was killed takes its start besides (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--freeze",
      description = "let it hang, with its connections open, instead of killing it")
  private boolean freeze;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "the directory of the running \"up\" (default: .warmer beside the launcher)")
  private @Nullable Path directory;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "print this and end")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it calls
  BreakPart() {
    this(System.getenv());
  }

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it calls
  BreakPart(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine(new BreakPart()).execute(args));
  }

  static CommandLine commandLine(BreakPart command) {
    return new CommandLine(command)
        .setParameterExceptionHandler(
            (e, arguments) -> fail(e.getCommandLine().getErr(), 2, e.getMessage() + ""));
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    Optional<Part> part = Part.of(name.toLowerCase(Locale.ROOT));
    if (part.isEmpty()) {
      return fail(
          err, 2, "there is no part %s: say postgres, kafka, redis or stream".formatted(name));
    }
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      return fail(
          err, 2, "--for is %d, but must be from 1 to %d".formatted(seconds, LONGEST_SECONDS));
    }
    String home = environment.getOrDefault("WARMER_HOME", ".");
    Path root = directory == null ? Path.of(home, ".warmer") : directory;
    try {
      if (!DataDirectory.isInUse(root)) {
        return fail(err, 1, "no warmer up runs in " + root + ": start one, or name its --dir");
      }
      new OutageRequests(DataDirectory.outages(root))
          .put(part.get().label(), new Outage(freeze, Duration.ofSeconds(seconds)));
    } catch (AccessDeniedException e) {
      return fail(err, 1, root + " belongs to another user: only its owner can break a part");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s will be %s for %d s%n", part.get().label(), freeze ? "frozen" : "killed", seconds);
    out.flush();
    return 0;
  }

  private static int fail(PrintWriter err, int code, String message) {
    err.println("warmer break: " + message);
    err.flush();
    return code;
  }
}
