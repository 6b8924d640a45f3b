package dev.sessioncache.warm;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.command.UsageException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Problem;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.redis.RedisSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code warm}. */
@Command(
    name = "warmer warm",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = {
      "Puts the most recently active live sessions from Postgres into Redis, hottest first.",
      "Safe to repeat, and safe beside a running stream: what is newer in Redis stays."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer warm                              the 1000 most recently active sessions",
      "  warmer warm --count 50000 --window 7d    as many as 50000, active within a week",
      "  warmer warm --batch-size 100 --pause 50ms --deadline 2m    gently, for two minutes",
      "  warmer warm --quiet --json               one JSON object on stdout, for a script",
      "",
      "Exit code: 0 done, 1 failed, 2 usage, 130 or 143 stopped by a signal.",
      "Reads DATABASE_URL and REDIS_URL."
    })
public final class WarmerBootstrap implements Callable<Integer> {

  /** The stream shares our file and environment. */
  private static final Set<String> SETTINGS_OF_THE_STREAM =
      Set.of("kafka", "lanes", "topics", "staleness", "capture", "project");

  private static final List<Class<? extends Record>> SECTIONS =
      List.of(
          DatabaseSettings.class,
          RedisSettings.class,
          MappingSettings.class,
          GuardSettings.class,
          WarmSettings.class);

  /** Read by logback.xml. */
  private static final String LOG_LEVEL = "warmer.log.level";

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Most sessions to warm (warm.count, default 1000).")
  private @Nullable String count;

  @Option(
      names = "--window",
      paramLabel = "TIME",
      description = "Only sessions active within this time (session.window, default 24h).")
  private @Nullable String window;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Sessions per pipeline (warm.batch-size, default 500).")
  private @Nullable String batchSize;

  @Option(
      names = "--pause",
      paramLabel = "TIME",
      description = "Pause after each batch (warm.pause, default 0s).")
  private @Nullable String pause;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "Longest time the warm may take (warm.deadline, default 5m).")
  private @Nullable String deadline;

  /** With the environment of this process. */
  public WarmerBootstrap() {
    this(System.getenv());
  }

  WarmerBootstrap(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new WarmerBootstrap()), args));
  }

  @Override
  public Integer call() throws InterruptedException {
    Configuration configuration = configuration();
    startLog(configuration);
    try (StopSignal stop = StopSignal.install()) {
      WarmReport report = new WarmJob(configuration, shared.quiet()).run(stop);
      print(shared.json() ? report.json() : report.text());
    }
    return ExitCode.OK;
  }

  private Configuration configuration() {
    Sources given = shared.sources(environment);
    Map<String, String> flags = new LinkedHashMap<>(given.flags());
    put(flags, "warm.count", "--count", count);
    put(flags, "session.window", "--window", window);
    put(flags, "warm.batch-size", "--batch-size", batchSize);
    put(flags, "warm.pause", "--pause", pause);
    put(flags, "warm.deadline", "--deadline", deadline);
    Sources sources = new Sources(given.file(), given.environment(), flags);
    Configuration configuration =
        Configuration.load(sources, SECTIONS, List.of(), SETTINGS_OF_THE_STREAM);
    checkDeadline(configuration);
    return configuration;
  }

  private static void put(
      Map<String, String> flags, String name, String option, @Nullable String value) {
    if (value != null && flags.put(name, value) != null) {
      throw new UsageException(name + " is given twice: use " + option + " or --set, not both");
    }
  }

  /** A write that outlives the guard of a removal could bring the session back. */
  private static void checkDeadline(Configuration configuration) {
    WarmSettings warm = configuration.get(WarmSettings.class);
    GuardSettings guard = configuration.get(GuardSettings.class);
    if (warm.deadline().compareTo(guard.guardTtl()) >= 0) {
      throw new InvalidConfigurationException(
          List.of(
              new Problem(
                  "warm.deadline",
                  warm.deadline().toString(),
                  "must be shorter than guard.ttl (" + guard.guardTtl() + ")",
                  "shorten it, or raise guard.ttl")));
    }
  }

  private void startLog(Configuration configuration) {
    if (shared.verbose()) {
      System.setProperty(LOG_LEVEL, "DEBUG");
    }
    Logger log = LoggerFactory.getLogger(WarmerBootstrap.class);
    log.atDebug().log(() -> "Settings: " + configuration.describe().replace("\n", ", "));
  }

  private void print(String result) {
    CommandSpec spec = Objects.requireNonNull(command);
    spec.commandLine().getOut().println(result);
    spec.commandLine().getOut().flush();
  }
}
