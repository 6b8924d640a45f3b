package dev.sessioncache.warm;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells on the log how far a warm has come: at every tenth, and every few seconds. */
final class Progress {

  static final Duration AT_LEAST_EVERY = Duration.ofSeconds(5);
  static final Duration AT_MOST_EVERY = Duration.ofSeconds(1);

  private static final int STEPS = 10;
  private static final Logger log = LoggerFactory.getLogger(Progress.class);

  private final int count;
  private final boolean quiet;
  private long toldNanoTime = System.nanoTime();
  private long toldStep;

  Progress(int count, boolean quiet) {
    this.count = count;
    this.quiet = quiet;
  }

  void update(Tally tally) {
    Duration silence = Duration.ofNanos(System.nanoTime() - toldNanoTime);
    long step = tally.read() * STEPS / count;
    boolean due =
        silence.compareTo(AT_LEAST_EVERY) >= 0
            || (step > toldStep && silence.compareTo(AT_MOST_EVERY) >= 0);
    if (due && !quiet) {
      log.info(
          "Read {} of at most {} sessions, {} written, {} older, {} batches repeated",
          tally.read(),
          count,
          tally.counts().stored(),
          tally.counts().older(),
          tally.retries());
      toldNanoTime = System.nanoTime();
      toldStep = step;
    }
  }
}
