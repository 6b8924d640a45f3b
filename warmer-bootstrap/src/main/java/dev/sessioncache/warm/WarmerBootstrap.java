package dev.sessioncache.warm;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.command.UsageException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.log.LogSettings;
import dev.sessioncache.progress.MetricsProgress;
import dev.sessioncache.progress.Progress;
import dev.sessioncache.progress.ProgressKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
      "  warmer warm --count auto --target 0.95   as few as account for 95 %% of the requests",
      "  warmer warm --count 50000 --window 7d    as many as 50000, active within a week",
      "  warmer warm --batch-size 100 --pause 50ms --deadline 2m    gently, for two minutes",
      "  warmer warm --quiet --json               one JSON object on stdout, for a script",
      "",
      "Exit code: 0 the target is reached, 1 failed, 2 usage, 3 the target is not reached, by the",
      "deadline or because another warm is at work; 130 or 143 stopped by a signal.",
      "Reads DATABASE_URL and REDIS_URL; WARM_DATABASE_URL names a replica to read instead."
    })
public final class WarmerBootstrap implements Callable<Integer> {

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Most sessions to warm, or auto (warm.count, default 1000).")
  private @Nullable String count;

  @Option(
      names = "--max-count",
      paramLabel = "N",
      description = "Most sessions that --count auto may take (warm.max-count, default 1000000).")
  private @Nullable String maxCount;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      description =
          "What they may take in Redis: 512mb, 2gb, or a share of its maxmemory (warm.max-memory,"
              + " default 80%%).")
  private @Nullable String maxMemory;

  @Option(
      names = "--target",
      paramLabel = "SHARE",
      description =
          "Share of the expected requests to account for, or exit with 3 (warm.target, default 0.9).")
  private @Nullable String target;

  @Option(
      names = "--full",
      description = "Read and write all, whatever Redis holds; else the warm decides by itself.")
  private boolean full;

  @Option(
      names = "--incremental",
      description = "Ask Redis what it holds, and write only what is missing or older.")
  private boolean incremental;

  @Option(names = "--wait", description = "Wait for another warm of this Redis to end.")
  private boolean wait;

  @Option(
      names = "--progress",
      paramLabel = "KIND",
      description =
          "bar on a terminal, log lines, json lines on stdout, none, or auto (default): a bar on a"
              + " terminal, else log lines.")
  private ProgressKind progress = ProgressKind.AUTO;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Serve /metrics for Prometheus there while the warm runs.")
  private @Nullable String metrics;

  @Option(names = "--dry-run", description = "Read and compare, but write nothing.")
  private boolean dryRun;

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
      names = "--rate",
      paramLabel = "N",
      description = "Most sessions a second (warm.rate, default 0 for no limit).")
  private @Nullable String rate;

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
    WarmReport report;
    try (StopSignal stop = StopSignal.install();
        Progress progress = progress()) {
      report = new WarmJob(configuration, options(), progress, stop).run();
      progress.close(); // a bar makes room for the report
      print(shared.json() ? report.json() : report.text());
    }
    return report.targetReached() ? ExitCode.OK : ExitCode.BELOW_TARGET;
  }

  private Progress progress() {
    Progress told = progress.to(Objects.requireNonNull(command).commandLine(), shared.quiet());
    return metrics == null ? told : told.and(MetricsProgress.at(metrics));
  }

  private WarmOptions options() {
    if (full && incremental) {
      throw new UsageException("--full and --incremental exclude each other: give one of them");
    }
    Plan.Wish wish = full ? Plan.Wish.FULL : incremental ? Plan.Wish.INCREMENTAL : Plan.Wish.AUTO;
    return new WarmOptions(wish, wait, dryRun, shared.quiet());
  }

  private Configuration configuration() {
    Map<String, String> flags = new LinkedHashMap<>();
    put(flags, "warm.count", count);
    put(flags, "warm.max-count", maxCount);
    put(flags, "warm.max-memory", maxMemory);
    put(flags, "warm.target", target);
    put(flags, "session.window", window);
    put(flags, "warm.batch-size", batchSize);
    put(flags, "warm.pause", pause);
    put(flags, "warm.rate", rate);
    put(flags, "warm.deadline", deadline);
    return JobConfiguration.load(shared, environment, flags);
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }

  private void startLog(Configuration configuration) {
    shared.startLog(configuration.get(LogSettings.class));
    Logger log = LoggerFactory.getLogger(WarmerBootstrap.class);
    if (log.isDebugEnabled()) {
      log.debug("event=settings values=\"{}\"", configuration.describe().replace("\n", ", "));
    }
  }

  private void print(String result) {
    CommandSpec spec = Objects.requireNonNull(command);
    spec.commandLine().getOut().println(result);
    spec.commandLine().getOut().flush();
  }
}
