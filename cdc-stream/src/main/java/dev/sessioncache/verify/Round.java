package dev.sessioncache.verify;

import dev.sessioncache.apply.SeenKeys;
import dev.sessioncache.command.StopSignal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pass over both sides. At full speed first Postgres, then what of Redis was not met there; at
 * a rate both side by side, since what was met long ago says nothing any more. It ends when nothing
 * is suspected any longer. Used by one thread.
 */
final class Round {

  private static final int MOST_SUSPECTS = 100_000;
  private static final int PAGE = 2_000;
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /**
   * How a round is made.
   *
   * @param rate sessions per second; 0 for as fast as it goes
   * @param bound after which a lane that stands still proves nothing
   */
  record Plan(Share share, int rate, Duration bound, boolean repair) {

    int page() {
      return rate == 0 ? PAGE : Math.max(1, Math.min(PAGE, rate));
    }
  }

  private final Plan plan;
  private final StopSignal stop;
  private final Consumer<Figures> progress;
  private final Tally tally = new Tally();
  private final Suspects suspects;
  private final List<Walk> walks;
  private final long startedNanos = System.nanoTime();
  private long looked;
  private long lastLookNanos = startedNanos;

  /**
   * @param progress is told the figures now and then
   */
  Round(Sides sides, KeptSessions kept, Plan plan, StopSignal stop, Consumer<Figures> progress) {
    this.plan = plan;
    this.stop = stop;
    this.progress = progress;
    Repair repair = plan.repair() ? new GuardedRepair(sides, tally) : Repair.NONE;
    this.suspects = new Suspects(sides, kept, repair, tally, plan.bound());
    @Nullable SeenKeys met = plan.rate() == 0 ? new SeenKeys() : null;
    this.walks =
        List.of(
            new PostgresWalk(sides, kept, plan.share(), suspects, tally, met),
            new RedisWalk(sides, plan.share(), suspects, met));
  }

  /**
   * Makes it.
   *
   * @return what was found, until stop was requested
   */
  Figures run() throws SQLException, InterruptedException {
    if (plan.rate() == 0) {
      for (Walk walk : walks) {
        while (!walk.hasEnded() && !stop.requested()) {
          step(walk);
        }
      }
    } else {
      while (!walks.stream().allMatch(Walk::hasEnded) && !stop.requested()) {
        for (Walk walk : walks) {
          if (!walk.hasEnded() && !stop.requested()) {
            step(walk);
          }
        }
      }
    }
    awaitSuspects(0);
    progress.accept(tally.figures());
    return tally.figures();
  }

  private void step(Walk walk) throws SQLException, InterruptedException {
    looked += walk.step(plan.page());
    keepPace();
    lookAgainWhenDue();
    awaitSuspects(MOST_SUSPECTS);
    progress.accept(tally.figures());
  }

  private void keepPace() throws InterruptedException {
    if (plan.rate() > 0) {
      long nanos = (long) (looked * 1e9 / plan.rate()) - (System.nanoTime() - startedNanos);
      stop.sleep(Duration.ofNanos(Math.max(0, nanos)));
    }
  }

  private void lookAgainWhenDue() throws SQLException {
    if (System.nanoTime() - lastLookNanos >= LOOK_EVERY.toNanos()) {
      suspects.lookAgain();
      lastLookNanos = System.nanoTime();
    }
  }

  /** Until so many are left. */
  private void awaitSuspects(int most) throws SQLException, InterruptedException {
    while (suspects.size() > most && !stop.requested()) {
      suspects.lookAgain();
      if (suspects.size() > most) {
        progress.accept(tally.figures());
        stop.sleep(LOOK_EVERY);
      }
    }
  }
}
