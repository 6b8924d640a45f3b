package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityCurve;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many sessions a warm takes: so many as are set, or as few as account for the target, within
 * what may be taken and what there is memory for.
 */
final class CountChoice {

  /** Tells for how many sessions there is memory. */
  @FunctionalInterface
  interface Affordable {
    long sessions() throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(CountChoice.class);

  /** Above the target: the curve has steps, and goes on while the warm reads. */
  private static final double MARGIN = 0.01;

  private final WarmSettings settings;
  private final Affordable affordable;
  private final End end;

  CountChoice(WarmSettings settings, Affordable affordable, End end) {
    this.settings = settings;
    this.affordable = affordable;
    this.end = end;
  }

  /** At least 1. */
  int choose(CurveLink curve) throws SQLException, InterruptedException {
    if (settings.count().number().isPresent()) {
      return settings.count().number().getAsInt();
    }
    try {
      long memory = affordable.sessions();
      return (int) Math.max(1, within(memory, needed(curve.await(end.deadline().left()))));
    } catch (SQLException e) {
      if (end.isNear()) {
        return 1; // none will be read
      }
      throw e;
    } catch (TimeoutException e) {
      return 1; // the deadline has passed
    }
  }

  private long needed(ActivityCurve curve) {
    return curve.sessionsFor(Math.min(1, settings.target() + MARGIN));
  }

  private long within(long memory, long needed) {
    long most = Math.min(memory, settings.maxCount());
    if (needed > most) {
      log.warn(
          "event=count_limited by={} allowed={} needed={}",
          memory < settings.maxCount() ? "warm.max-memory" : "warm.max-count",
          most,
          needed);
    }
    return Math.min(needed, most);
  }
}
