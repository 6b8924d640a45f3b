package dev.sessioncache.command;

import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Redaction;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * Runs a command line and tells failures to the operator: one line per problem on stderr, a stack
 * trace only with {@code --verbose}. Messages pass through {@link Redaction}.
 */
public final class CommandRunner {
  private static final String PREFIX = "warmer: ";

  private CommandRunner() {}

  /**
   * Executes the command and returns the exit code; see {@link ExitCode}. An {@link Error} is a
   * failure too: were it to leave {@code main}, threads that are left could keep a dead program
   * alive.
   */
  public static int run(CommandLine commandLine, String... args) {
    try {
      // Each reference once: the JVM dies when it archives a class with two equal ones (17.0.15).
      ITypeConverter<Integer> integers = whole(Integer::valueOf);
      ITypeConverter<Long> longs = whole(Long::valueOf);
      int exit =
          commandLine
              .setCaseInsensitiveEnumValuesAllowed(true)
              .registerConverter(Integer.TYPE, integers)
              .registerConverter(Integer.class, integers)
              .registerConverter(Long.TYPE, longs)
              .registerConverter(Long.class, longs)
              .setParameterExceptionHandler((e, given) -> refused(e))
              .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command))
              .execute(args);
      if (commandLine.getOut().checkError()) {
        print(commandLine.getErr(), List.of("standard output could not be written"));
        return ExitCode.FAILED;
      }
      return exit;
    } catch (Error e) {
      print(
          commandLine.getErr(),
          List.of(oneLine(e.toString()) + "; this is a defect or a broken installation"));
      commandLine.getErr().print(stackTrace(e));
      commandLine.getErr().flush();
      return ExitCode.FAILED;
    }
  }

  /** Picocli's own words name the type. */
  private static <T> ITypeConverter<T> whole(ITypeConverter<T> number) {
    return text -> {
      try {
        return number.convert(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is not a whole number");
      }
    };
  }

  private static int refused(ParameterException e) {
    print(
        e.getCommandLine().getErr(),
        List.of(oneLine(String.valueOf(e.getMessage())) + "; try --help"));
    return ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command) {
    boolean verbose = isVerbose(command);
    print(command.getErr(), lines(e, verbose));
    if (verbose) {
      command.getErr().print(stackTrace(e));
      command.getErr().flush();
    }
    return exitCode(e);
  }

  private static List<String> lines(Exception e, boolean verbose) {
    if (e instanceof InvalidConfigurationException invalid) {
      return invalid.problems().stream().map(problem -> oneLine(problem.toString())).toList();
    }
    String message = e.getMessage() == null ? "no message" : oneLine(e.getMessage());
    if (e instanceof UsageException || e instanceof OperationException) {
      return List.of(message);
    }
    String unexpected = e.getClass().getSimpleName() + ": " + message;
    return List.of(verbose ? unexpected : unexpected + "; run again with --verbose");
  }

  private static int exitCode(Exception e) {
    if (e instanceof InvalidConfigurationException || e instanceof UsageException) {
      return ExitCode.USAGE;
    }
    if (e instanceof BelowTargetException) {
      return ExitCode.BELOW_TARGET;
    }
    return e instanceof InterruptedException ? ExitCode.INTERRUPTED : ExitCode.FAILED;
  }

  /** Whether the command that failed, or one above it, was given {@code --verbose}. */
  private static boolean isVerbose(@Nullable CommandLine command) {
    return command != null
        && (command.getParseResult().hasMatchedOption("--verbose")
            || isVerbose(command.getParent()));
  }

  private static String oneLine(String message) {
    return Redaction.apply(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  private static void print(PrintWriter err, List<String> lines) {
    lines.forEach(line -> err.println(PREFIX + line));
    err.flush();
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return Redaction.apply(text.toString());
  }
}
