package dev.sessioncache.replay;

import dev.sessioncache.apply.ApplySettings;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.command.UsageException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.FileVariable;
import dev.sessioncache.config.Redaction;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.progress.Progress;
import dev.sessioncache.progress.ProgressKind;
import dev.sessioncache.project.ProjectSettings;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code replay}. */
@Command(
    name = "warmer replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Rebuilds Redis from the topic of entries alone, without Postgres: into an empty Redis, or beside",
      "the live stream. Values that the log does not know are removed. Safe to repeat; one that was",
      "stopped or killed goes on where it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer replay                             fills the Redis of REDIS_URL",
      "  REPLAY_TARGET_URL=redis://... warmer replay    fills a second one",
      "  warmer replay --from changes              rebuilds the topic of entries first",
      "  warmer replay --quiet --json              one JSON object on stdout, for a script",
      "",
      "Exit code: 0 done, 1 failed, 2 usage, 130 or 143 stopped by a signal.",
      "Reads REDIS_URL and KAFKA_BOOTSTRAP_SERVERS; no DATABASE_URL."
    })
public final class Replay implements Callable<Integer> {

  /** Instead of {@code --target}: command lines are visible to other users. */
  static final String TARGET_VARIABLE = "REPLAY_TARGET_URL";

  private static final List<Class<? extends Record>> SECTIONS =
      List.of(
          RedisSettings.class,
          KafkaSettings.class,
          KafkaSecurity.class,
          MappingSettings.class,
          GuardSettings.class,
          LaneSettings.class,
          ApplySettings.class);

  private static final List<Class<? extends Record>> SECTIONS_WITH_PROJECT =
      Stream.concat(
              SECTIONS.stream(),
              Stream.of(DatabaseSettings.class, ProjectSettings.class, LeaseSettings.class))
          .toList();

  /** What is read. */
  enum From {
    ENTRIES,
    CHANGES
  }

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  @Option(
      names = "--target",
      paramLabel = "REDIS_URL",
      description =
          "The Redis to fill instead of REDIS_URL. With a password put it into REPLAY_TARGET_URL:"
              + " command lines are visible to other users.")
  private @Nullable String target;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Lanes that are replayed at the same time; default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--keep-orphans", description = "Leave values that the log does not know.")
  private boolean keepOrphans;

  @Option(
      names = "--progress",
      paramLabel = "KIND",
      description =
          "bar on a terminal, log lines, json lines on stdout, none, or auto (default): a bar on a"
              + " terminal, else log lines.")
  private ProgressKind progress = ProgressKind.AUTO;

  @Option(
      names = "--from",
      paramLabel = "TOPIC",
      description =
          "entries (default), or changes: forget the state of project, rebuild it and the entries"
              + " from the changes, then replay. All instances of the stream must be stopped."
              + " Reads the types of the columns from DATABASE_URL.")
  private From from = From.ENTRIES;

  /** With the environment of this process. */
  public Replay() {
    this(System.getenv());
  }

  Replay(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new Replay()), args));
  }

  @Override
  public Integer call() throws InterruptedException {
    shared.startLog(shared.quiet() ? "WARN" : "INFO");
    if (threads < 1) {
      throw new UsageException("--threads must be at least 1");
    }
    Configuration configuration = configuration();
    try (StopSignal stop = StopSignal.install();
        Progress told = progress.to(commandLine(), shared.quiet())) {
      ReplayReport report = new ReplayJob(configuration, options(), told, stop).run();
      told.close(); // a bar makes room for the report
      commandLine().getOut().println(shared.json() ? report.json() : report.text());
      commandLine().getOut().flush();
    }
    return ExitCode.OK;
  }

  private ReplayOptions options() {
    return new ReplayOptions(threads, keepOrphans, from == From.CHANGES, !targetUrl().isBlank());
  }

  private String targetUrl() {
    return target == null ? FileVariable.value(environment, TARGET_VARIABLE) : target;
  }

  private CommandLine commandLine() {
    return Objects.requireNonNull(command).commandLine();
  }

  private Configuration configuration() {
    Sources given = shared.sources(environment);
    Map<String, String> flags = new LinkedHashMap<>(given.flags());
    if (target != null || !targetUrl().isBlank()) {
      flags.put("redis.url", checked(targetUrl()));
    }
    return Configuration.loadShared(
        new Sources(given.file(), given.environment(), flags),
        from == From.CHANGES ? SECTIONS_WITH_PROJECT : SECTIONS);
  }

  private String checked(String url) {
    String name = target == null ? TARGET_VARIABLE : "--target";
    try {
      String value = RedisUrl.parse(url).value();
      if (target != null && !shared.quiet() && !Redaction.apply(value).equals(value)) {
        commandLine()
            .getErr()
            .println(
                "warmer: warning: a password on the command line is visible in the process list;"
                    + " pass the URL in "
                    + TARGET_VARIABLE);
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw new UsageException(name + " " + e.getMessage());
    }
  }
}
