package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait of a capture that has the lock while somebody still reads the slot: a former capture
 * whose connection Postgres has not given up yet ({@link CaptureSettings#sessionTimeout}), or
 * another program.
 */
final class SlotWait {

  private static final Logger log = LoggerFactory.getLogger(SlotWait.class);
  private static final long POLL_MILLIS = 200;
  private static final Duration REMINDER = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Source source;
  private final String slot;
  private final CaptureProgress progress;

  SlotWait(Source source, String slot, CaptureProgress progress) {
    this.source = source;
    this.slot = slot;
    this.progress = progress;
  }

  /**
   * Waits until nobody reads the slot; false when closed meanwhile.
   *
   * @throws OperationException when it is still being read after the limit
   */
  boolean untilFree(CountDownLatch closed) throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    long nextReminder = 0;
    while (source.slot().map(SourceState.Slot::active).orElse(false)) {
      progress.waits("the slot is being read");
      long waited = System.nanoTime() - begin;
      if (waited >= nextReminder) {
        log.warn(
            "event=slot_in_use slot={} ms={} limit_ms={}",
            slot,
            Duration.ofNanos(waited).toMillis(),
            LIMIT.toMillis());
        nextReminder += REMINDER.toNanos();
      }
      if (waited > LIMIT.toNanos()) {
        throw new OperationException(
            "slot "
                + slot
                + " is being read by another program: end it (pg_replication_slots.active_pid tells"
                + " which), or name a slot of our own with capture.slot");
      }
      if (closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }
}
