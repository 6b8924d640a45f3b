package dev.sessioncache.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class CommandRunnerTest {
  private final StringWriter err = new StringWriter();

  @Command(name = "program", mixinStandardHelpOptions = true)
  record Program(Callable<Integer> work, @Mixin SharedOptions options)
      implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      return work.call();
    }
  }

  @Test
  void shouldReturnTheCommandsCodeWhenItSucceeds() {
    assertThat(run(() -> ExitCode.OK)).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldPrintOneLineAndExit1WhenAnOperationFails() {
    int code = run(failing(new OperationException("Redis is full:\n free some memory")));

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err).hasToString("warmer: Redis is full: free some memory\n");
  }

  @Test
  void shouldExit2WhenTheUsageIsWrong() {
    int code = run(failing(new UsageException("--top needs a number")));

    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err).hasToString("warmer: --top needs a number\n");
  }

  @Test
  void shouldPrintEachProblemAndExit2WhenTheConfigurationIsInvalid() {
    Problem first = new Problem("a", "x", "must be a number", "correct it");
    Problem second = new Problem("b", null, "is required", "set it");

    int code = run(failing(new InvalidConfigurationException(List.of(first, second))));

    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err)
        .hasToString(
            "warmer: a = x: must be a number; correct it\nwarmer: b: is required; set it\n");
  }

  @Test
  void shouldPrintOneLineAndExit2WhenAnOptionIsUnknown() {
    int code = run(() -> ExitCode.OK, "--colour");

    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err).hasToString("warmer: Unknown option: '--colour'; try --help\n");
  }

  @Test
  void shouldSayInPlainWordsThatANumberIsNone() {
    CommandLine commandLine = new CommandLine(new Counting()).setErr(new PrintWriter(err));

    assertThat(CommandRunner.run(commandLine, "--count", "abc")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("'abc' is not a whole number; try --help");
    assertThat(CommandRunner.run(commandLine, "--bytes", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("'x' is not a whole number; try --help");
  }

  @Test
  void shouldNameTheTypeAndExit1WhenTheExceptionIsUnexpected() {
    int code = run(failing(new IllegalStateException("lost postgres://u:hidden@h/d")));

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err)
        .hasToString(
            "warmer: IllegalStateException: lost postgres://u:***@h/d; run again with --verbose\n");
  }

  @Test
  void shouldPrintTheRedactedStackTraceWhenVerbose() {
    Exception cause = new IllegalStateException("lost postgres://u:hidden@h/d");

    run(failing(new OperationException("It failed", cause)), "--verbose");

    assertThat(err.toString())
        .startsWith("warmer: It failed\n")
        .contains("Caused by: java.lang.IllegalStateException: lost postgres://u:***@h/d")
        .contains("\tat ")
        .doesNotContain("hidden");
  }

  @Test
  void shouldExit1WhenItsOutputCanNotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    PrintWriter out = new PrintWriter(full);
    Program program =
        new Program(
            () -> {
              out.println("the report");
              return ExitCode.OK;
            },
            new SharedOptions());

    int code = CommandRunner.run(new CommandLine(program).setOut(out).setErr(new PrintWriter(err)));

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err).hasToString("warmer: standard output could not be written\n");
  }

  @Test
  void shouldExit130WhenInterrupted() {
    assertThat(run(failing(new InterruptedException()))).isEqualTo(ExitCode.INTERRUPTED);
  }

  private static Callable<Integer> failing(Exception e) {
    return () -> {
      throw e;
    };
  }

  @Command
  private static final class Counting implements Runnable {
    @Option(names = "--count")
    private int count;

    @Option(names = "--bytes")
    private long bytes;

    @Override
    public void run() {
      throw new AssertionError(count + bytes);
    }
  }

  private int run(Callable<Integer> work, String... args) {
    CommandLine commandLine = new CommandLine(new Program(work, new SharedOptions()));
    return CommandRunner.run(commandLine.setErr(new PrintWriter(err)), args);
  }
}
