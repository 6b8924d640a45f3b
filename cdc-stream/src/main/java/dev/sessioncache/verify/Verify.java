package dev.sessioncache.verify;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.command.UsageException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.topic.LaneSettings;
import io.lettuce.core.RedisException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code verify}. */
@Command(
    name = "warmer verify",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = {
      "Compares Redis with Postgres by key, and tells changes that are on their way from drift:",
      "missing, stale, orphaned, wrong TTL. Writes no session unless --repair is given."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer verify                     a sample of about 10000 sessions",
      "  warmer verify --sample 0.01       one session in a hundred",
      "  warmer verify --all --repair      all of them; what is wrong is put right",
      "  warmer verify --continuous --rate 200    round and round, until stopped",
      "",
      "Exit code: 0 consistent, or all drift is repaired; 1 failed; 2 usage; 3 drift is left, or a",
      "lane stands still, so that nothing can be said; 130 or 143 stopped by a signal.",
      "Reads DATABASE_URL and REDIS_URL."
    })
public final class Verify implements Callable<Integer> {

  static final List<Class<? extends Record>> SECTIONS =
      List.of(
          DatabaseSettings.class,
          RedisSettings.class,
          MappingSettings.class,
          GuardSettings.class,
          LaneSettings.class,
          LeaseSettings.class,
          VerifySettings.class);

  private static final String NAME = "warmer-verify";
  private static final int USUAL_SAMPLE = 10_000;

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  @Option(
      names = "--sample",
      paramLabel = "SHARE",
      description =
          "Share of the sessions to look at, more than 0 to 1; by default so many that it makes"
              + " about 10000.")
  private @Nullable Double sample;

  @Option(names = "--all", description = "Look at all sessions.")
  private boolean all;

  @Option(names = "--repair", description = "Put right what is wrong, through the guard.")
  private boolean repair;

  @Option(
      names = "--continuous",
      description = "Go round and round through all sessions, at the rate, until stopped.")
  private boolean continuous;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Most sessions a second; by default no limit, with --continuous verify.rate (50).")
  private @Nullable Integer rate;

  @Option(names = "--show-ids", description = "Tell the primary key of each session with drift.")
  private boolean ids;

  /** With the environment of this process. */
  public Verify() {
    this(System.getenv());
  }

  Verify(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new Verify()), args));
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    Configuration configuration = configuration();
    VerifySettings settings = configuration.get(VerifySettings.class);
    if (continuous && settings.rate() == 0) {
      throw new UsageException("--continuous needs a rate: give --rate, or set verify.rate");
    }
    int sessionsPerSecond = continuous || rate != null ? settings.rate() : 0;
    try (StopSignal stop = StopSignal.install();
        RedisConnections redis =
            new RedisConnections(configuration.get(RedisSettings.class), NAME);
        VerifyLink link = VerifyLink.open(configuration, redis)) {
      CommandRounds rounds = new CommandRounds(link, stop, err());
      VerifyReport report;
      do {
        Share share = share(link);
        report =
            rounds.round(
                new Round.Plan(
                    share,
                    sessionsPerSecond,
                    configuration.get(LaneSettings.class).stalenessBound(),
                    repair),
                ids);
        print(shared.json() ? report.json() : report.text());
      } while (continuous && !stop.requested());
      return report.exitCode();
    } catch (SQLException e) {
      throw LookFailure.explain(e);
    } catch (RedisException e) {
      throw LookFailure.explain(e);
    }
  }

  private void checkOptions() {
    if (all && sample != null) {
      throw new UsageException("--all and --sample exclude each other: give one of them");
    }
    if (sample != null && !(sample > 0 && sample <= 1)) {
      throw new UsageException("--sample is a share of the sessions: more than 0, at most 1");
    }
  }

  private Configuration configuration() {
    Sources given = shared.sources(environment);
    Map<String, String> flags = new LinkedHashMap<>(given.flags());
    if (rate != null && flags.put("verify.rate", Integer.toString(rate)) != null) {
      throw new UsageException("verify.rate is given twice: use --rate or --set, not both");
    }
    return Configuration.loadShared(
        new Sources(given.file(), given.environment(), flags), SECTIONS);
  }

  private Share share(VerifyLink link) throws SQLException {
    RandomGenerator random = RandomGenerator.getDefault();
    if (all || (continuous && sample == null)) {
      return Share.all();
    }
    return Share.of(
        sample != null ? sample : (double) USUAL_SAMPLE / Math.max(1, link.estimatedSessions()),
        random);
  }

  /** Where progress goes; null for nowhere. */
  private @Nullable PrintWriter err() {
    return shared.quiet() ? null : Objects.requireNonNull(command).commandLine().getErr();
  }

  private void print(String result) {
    PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
    out.println(result);
    out.flush();
  }
}
