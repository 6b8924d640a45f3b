package dev.sessioncache.progress;

import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One log line for every twentieth, and every few seconds. */
public final class LogProgress implements Progress {

  static final Duration AT_LEAST_EVERY = Duration.ofSeconds(5);

  private static final int STEPS = 20;
  private static final Logger log = LoggerFactory.getLogger(LogProgress.class);

  private Duration told = Duration.ZERO;
  private long toldStep;

  @Override
  public void update(ProgressFigures figures) {
    long step = (long) (figures.share() * STEPS);
    boolean silentForLong = figures.time().minus(told).compareTo(AT_LEAST_EVERY) >= 0;
    if (step > toldStep || silentForLong) {
      toldStep = step;
      told = figures.time();
      log.info("event=warm_progress figures=\"{}\"", text(figures).strip());
    }
  }

  /** For people. */
  static String text(ProgressFigures figures) {
    return String.format(
        Locale.ROOT,
        "%3.0f %%  %,d of at most %,d sessions, %,.0f/s%s, %,d written, %,d present, %,d newer in"
            + " Redis, %,d failed",
        100 * figures.share(),
        figures.looked(),
        figures.count(),
        figures.rate(),
        figures.left().map(left -> ", " + left.toSeconds() + " s left").orElse(""),
        figures.written(),
        figures.present(),
        figures.older(),
        figures.failed());
  }
}
