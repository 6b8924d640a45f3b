package dev.sessioncache.verify;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.LaneSettings;
import io.lettuce.core.RedisException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares Redis with Postgres in the background of the stream, round after round at a bounded
 * rate, while it is this process's turn. It neither ends nor holds up the stream: it has a thread
 * and connections of its own, and what fails is logged and tried again later.
 */
public final class ContinuousVerify implements AutoCloseable {

  static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(ContinuousVerify.class);
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(5);
  private static final Duration TELL_EVERY = Duration.ofMinutes(1);
  private static final int TOLD_DRIFTS_A_ROUND = 20;
  private static final Duration TURN_EVERY = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Configuration configuration;
  private final VerifySettings settings;
  private final RedisConnections redis;
  private final VerifyMeters meters;
  private final StopSignal stop = StopSignal.onRequestOnly();
  private final Turn turn;
  private final Thread thread = new Thread(this::run, "verify");
  private int failures;
  private long toldNanos = System.nanoTime() - TELL_EVERY.toNanos();

  public ContinuousVerify(
      Configuration configuration, RedisConnections redis, VerifyMeters meters) {
    this.configuration = configuration;
    this.settings = configuration.get(VerifySettings.class);
    this.redis = redis;
    this.meters = meters;
    this.turn = new Turn(configuration.get(GuardSettings.class));
    thread.setDaemon(true);
  }

  /** Begins, unless the rate is 0. */
  public ContinuousVerify start() {
    if (settings.rate() > 0) {
      thread.start();
    }
    return this;
  }

  private void run() {
    try {
      while (!stop.requested()) {
        stop.sleep(attempt());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by nobody but the end of the JVM
    }
  }

  /** Makes rounds until one fails; returns how long to wait then. */
  private Duration attempt() throws InterruptedException {
    meters.tries();
    try (VerifyLink link = VerifyLink.open(configuration, redis)) {
      while (!stop.requested()) {
        if (turn.isOurs(link.sides().redis())) {
          meters.tries();
          round(link);
          failures = 0;
          stop.sleep(BETWEEN_ROUNDS);
        } else {
          meters.leftToAnother();
          stop.sleep(TURN_EVERY);
        }
      }
      return Duration.ZERO;
    } catch (SQLException e) {
      return failed("SQLState " + e.getSQLState());
    } catch (OperationException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (RedisException e) { // its text may quote keys
      return failed(e.getClass().getSimpleName());
    } catch (RuntimeException e) { // a defect here is none of the stream's
      // Its message may quote a value.
      log.error(
          "event=verify_defect cause={} at=\"{}\"",
          e.getClass().getSimpleName(),
          e.getStackTrace().length == 0 ? "unknown" : e.getStackTrace()[0]);
      return failed(e.getClass().getSimpleName());
    }
  }

  private Duration failed(String cause) {
    meters.ended(false);
    failures++;
    long most =
        Math.min(LONGEST_DELAY.toMillis(), FIRST_DELAY.toMillis() << Math.min(failures, 10));
    Duration delay = Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2));
    if (!stop.requested()) {
      log.warn("event=verify_failed cause=\"{}\" again_in_ms={}", cause, delay.toMillis());
    }
    return delay;
  }

  private void round(VerifyLink link) throws SQLException, InterruptedException {
    link.requireSameTokenHash();
    VerifyStatus status = new VerifyStatus(link.sides(), Share.all(), "stream");
    Round.Plan plan =
        new Round.Plan(
            Share.all(),
            settings.rate(),
            configuration.get(LaneSettings.class).stalenessBound(),
            settings.repair());
    Figures figures =
        new Round(link.sides(), link.kept(), plan, stop, progress(link, status)).run();
    boolean complete = !stop.requested();
    meters.update(figures);
    meters.ended(complete);
    if (complete) {
      status.write(VerifyStatus.State.DONE, figures);
      tell(figures);
    }
  }

  private Consumer<Figures> progress(VerifyLink link, VerifyStatus status) {
    long[] toldNanos = {System.nanoTime() - TURN_EVERY.toNanos()};
    long[] drift = {0};
    return figures -> {
      meters.update(figures);
      figures.drifts().stream()
          .limit(TOLD_DRIFTS_A_ROUND)
          .skip(drift[0])
          .forEach(ContinuousVerify::tell);
      drift[0] = figures.drifts().size();
      if (System.nanoTime() - toldNanos[0] >= TURN_EVERY.toNanos()) {
        toldNanos[0] = System.nanoTime();
        status.write(VerifyStatus.State.RUNNING, figures);
        if (!turn.isOurs(link.sides().redis())) {
          throw new OperationException("another process has taken the turn to verify");
        }
      }
    };
  }

  private static void tell(Drift drift) {
    log.warn(
        "event=drift kind={} lane={} key_hash={} repaired={}",
        drift.kind().label(),
        drift.lane(),
        drift.keyHash(),
        drift.repaired());
  }

  /** Rounds may be short: those without drift are told now and then. */
  private void tell(Figures figures) {
    if (figures.driftCount() == 0 && System.nanoTime() - toldNanos < TELL_EVERY.toNanos()) {
      return;
    }
    toldNanos = System.nanoTime();
    log.info(
        "event=verified sessions={} consistency=\"{}\" drift={} repaired={} behind={} busy={}",
        figures.checked(),
        figures.consistency().text(),
        figures.driftCount(),
        figures.repaired(),
        figures.behind(),
        figures.busy());
  }

  @Override
  public void close() {
    stop.request();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
