package dev.sessioncache.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.localstack.StackException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code warmer up}: turns options and environment into a run, and its end into an exit
 * code.
 */
@Command(
    name = "warmer up",
    sortOptions = false,
    description = {
      "Shows the session cache warmer on real servers: warms Redis from Postgres, keeps it current"
          + " by the stream while simulated users change and read sessions, and prints what it"
          + " measures.",
      "Uses the servers that DATABASE_URL, REDIS_URL and KAFKA_BOOTSTRAP_SERVERS name; when none of"
          + " them is set, starts its own Postgres, Redis and Kafka. Their data is kept: the next"
          + " run continues from it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer up                       run until Ctrl-C",
      "  warmer up --once --json         20 s of traffic, check, one JSON object",
      "  warmer up --fresh --rate 500    start over, with more traffic",
      "",
      "Exit code: 0 done, 1 the run failed or the cache is not equal, 2 wrong usage,",
      "130 or 143 stopped by a signal."
    })
public final class Up implements Callable<Integer> {

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Map<String, String> environment;
  private final StopSignal stop;

  @Mixin private final UpOptions options = new UpOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "print this and end")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it calls
  Up(Map<String, String> environment, StopSignal stop) {
    this.environment = environment;
    this.stop = stop;
  }

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine(System.getenv(), new StopSignal()).execute(args));
  }

  static CommandLine commandLine(Map<String, String> environment, StopSignal stop) {
    return new CommandLine(new Up(environment, stop))
        .setParameterExceptionHandler(Up::wrongParameter);
  }

  @Override
  public Integer call() {
    System.setProperty("warmer.log.level", options.verbose ? "INFO" : "ERROR");
    try (stop) {
      stop.install();
      options.validate();
      return run();
    } catch (UsageException e) {
      return fail(USAGE, e);
    } catch (StoppedException e) {
      return OK;
    } catch (AccessDeniedException e) {
      return fail(
          FAILED,
          new RunFailedException(
              e.getFile() + " belongs to another user: choose another directory with --dir", e));
    } catch (FileSystemException e) { // its message is the path
      return fail(
          FAILED,
          new RunFailedException(
              "%s can't be used%s: choose another directory with --dir"
                  .formatted(e.getFile(), e.getReason() == null ? "" : " (" + e.getReason() + ")"),
              e));
    } catch (Exception e) {
      return fail(FAILED, e);
    }
  }

  private int run() throws Exception {
    Optional<Endpoints> given = Endpoints.from(environment);
    if (given.isPresent()) {
      requireWellFormed(given.get());
    }
    Path home = home();
    Progress progress =
        options.json
            ? new Progress(err(), options.quiet, Boolean.getBoolean("warmer.terminal.err"))
            : new Progress(out(), options.quiet, Boolean.getBoolean("warmer.terminal.out"));
    Path path = options.dir == null ? home.resolve(".warmer") : options.dir;
    try (DataDirectory directory = DataDirectory.open(path, options.fresh);
        Servers servers = servers(given, directory, progress)) {
      Summary summary = new UpRun(options, home, directory, progress, stop).run(servers);
      progress.endLine();
      out()
          .print(
              options.json ? summary.toJson() + System.lineSeparator() : SummaryText.of(summary));
      out().flush();
      return summary.ok() ? OK : FAILED;
    } catch (StoppedException e) {
      progress.step("stopped");
      throw e;
    } finally {
      progress.endLine();
    }
  }

  private static int wrongParameter(ParameterException e, String[] arguments) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("warmer up: " + e.getMessage() + "; warmer up --help lists the options");
    err.flush();
    return USAGE;
  }

  private static Servers servers(
      Optional<Endpoints> given, DataDirectory directory, Progress progress) {
    if (given.isPresent()) {
      return Servers.given(given.get());
    }
    progress.step("starting Postgres, Kafka and Redis in " + directory);
    return Servers.start(directory);
  }

  private void requireWellFormed(Endpoints endpoints) throws UsageException {
    if (options.fresh) {
      throw new UsageException(
          "--fresh deletes data of local servers, but the environment names others: unset"
              + " DATABASE_URL, REDIS_URL and KAFKA_BOOTSTRAP_SERVERS");
    }
    try {
      Database.at(endpoints.databaseUrl());
      Cache.at(endpoints.redisUrl()).close();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage() + "");
    }
  }

  private Path home() throws UsageException {
    String home = environment.get("WARMER_HOME");
    if (home == null) {
      throw new UsageException("WARMER_HOME is not set: start this command by ./warmer up");
    }
    return Path.of(home);
  }

  private int fail(int code, Exception failure) {
    boolean told =
        failure instanceof UsageException
            || failure instanceof RunFailedException
            || failure instanceof StackException;
    String message = told ? failure.getMessage() + "" : OneLine.of(failure);
    err().println("warmer up: " + message);
    if (options.verbose) {
      failure.printStackTrace(err());
    }
    if (options.json) {
      out().println(JsonNodeFactory.instance.objectNode().put("ok", false).put("error", message));
    }
    out().flush();
    err().flush();
    return code;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
