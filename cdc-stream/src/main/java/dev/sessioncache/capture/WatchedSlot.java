package dev.sessioncache.capture;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot that a connector makes and reads, and how far its baseline has come. Used by one thread.
 */
final class WatchedSlot {

  private static final Logger log = LoggerFactory.getLogger(WatchedSlot.class);

  private final Continuity begin;
  private final LanesWatch written;
  private final CaptureLog captureLog;
  private final CaptureClients clients;
  private final CaptureProgress progress;
  private CaptureRecord position;
  private long confirmed;
  private boolean active;
  private boolean endIsDue;
  private String waitsFor = "";

  WatchedSlot(
      Continuity begin,
      CaptureRecord position,
      LanesWatch written,
      CaptureLog captureLog,
      CaptureClients clients,
      CaptureProgress progress) {
    this.begin = begin;
    this.position = position;
    this.written = written;
    this.captureLog = captureLog;
    this.clients = clients;
    this.progress = progress;
  }

  CaptureRecord position() {
    return position;
  }

  /** Whether the connector has made it. */
  boolean isThere() {
    return position.lsn() != 0;
  }

  /**
   * Takes a look.
   *
   * @param slot as it is now
   * @param bound after which pulses that do not come are told of
   * @throws LostConnectorException when changes may be missing
   */
  void look(Optional<SourceState.Slot> slot, Duration bound) throws InterruptedException {
    if (slot.isEmpty() || (!isThere() && slot.get().confirmedLsn() == 0)) {
      if (isThere()) {
        throw new LostConnectorException("the slot is gone", position.slot());
      }
      waits("the connector has not made the slot yet");
      return;
    }
    check(slot.get());
    if (!isThere()) {
      note(position.upTo(slot.get().confirmedLsn()));
    }
    int rows = written.read(position);
    if (!position.complete() && written.baselineHasEnded()) {
      note(position.completed());
      log.info("event=baseline_complete epoch={}", position.epoch());
    }
    endIsDue = !position.complete() && slot.get().active() && !active;
    active = slot.get().active();
    progress.retained(slot.get().retainedBytes());
    tell(rows, bound);
  }

  private void check(SourceState.Slot slot) {
    if (slot.lost()) {
      throw new LostConnectorException("Postgres has invalidated the slot", position.slot());
    }
    if (Long.compareUnsigned(slot.confirmedLsn(), confirmed) < 0) {
      throw new LostConnectorException("the slot was made anew", position.slot());
    }
    confirmed = slot.confirmedLsn();
  }

  private void note(CaptureRecord next) throws InterruptedException {
    AcknowledgedWrites writes = new AcknowledgedWrites(clients.producer());
    writes.send(Stream.of(captureLog.write(next)));
    writes.await();
    position = next;
  }

  /**
   * Whether the end of the baseline is to be written into the log: each time the connector begins
   * to follow it. What is written then stands behind all rows, and is sent unless the connector
   * ends.
   */
  boolean endOfBaselineIsDue() {
    return endIsDue;
  }

  private void tell(int rows, Duration bound) {
    if (!active && position.complete()) {
      waits("the connector does not read the slot");
    } else if (position.complete() && written.sinceLastPulse().compareTo(bound) > 0) {
      waits("no pulse comes back from the connector");
    } else {
      if (!waitsFor.isEmpty()) {
        progress.started(begin, position.term());
        waitsFor = "";
      }
      progress.captured(rows, position.complete());
    }
  }

  private void waits(String reason) {
    if (!reason.equals(waitsFor)) {
      log.warn("event=connector_is_waited_for slot={} reason=\"{}\"", position.slot(), reason);
      waitsFor = reason;
    }
    progress.waits(reason);
  }
}
