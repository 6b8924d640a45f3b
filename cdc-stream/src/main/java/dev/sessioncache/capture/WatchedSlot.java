package dev.sessioncache.capture;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
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
    int rows = written.read(position);
    if (!isThere()) {
      noteBeginning();
    }
    if (isThere() && !position.complete() && written.baselineHasEnded()) {
      written.keep();
      note(position.completed());
      log.info("event=baseline_complete epoch={}", position.epoch());
    }
    endIsDue = !position.complete() && slot.get().active() && !active;
    active = slot.get().active();
    progress.retained(slot.get().retainedBytes());
    tell(rows, bound);
  }

  /**
   * The slot began with the snapshot of its rows. While none has come, and that is certain, it has
   * not moved on: the connector confirms nothing before its rows are written.
   */
  private void noteBeginning() throws InterruptedException {
    OptionalLong snapshot = written.snapshot();
    if (snapshot.isPresent()) {
      if (Long.compareUnsigned(snapshot.getAsLong(), confirmed) > 0) {
        throw new LostConnectorException(
            "the connector has read the rows in a snapshot of its own", position.slot());
      }
      note(position.upTo(snapshot.getAsLong()));
    } else if (written.hasSeenAll()) {
      note(position.upTo(confirmed));
    }
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

  /** Whether a pulse may be sent: the slot is there, and all that is written was looked at. */
  boolean mayPulse() {
    return isThere() && written.hasSeenAll();
  }

  /** Whether more is written than the last look has come to: the next is not to wait. */
  boolean isBehind() {
    return isThere() && !written.hasSeenAll();
  }

  private void tell(int rows, Duration bound) {
    if (!active && position.complete()) {
      waits("the connector does not read the slot");
    } else if (position.complete()
        && !written.hasSeenAll()
        && written.sinceLastPulse().compareTo(bound) > 0) {
      waits("Kafka does not hand out all that the connector has written");
    } else if (position.complete() && written.sinceLastPulse().compareTo(bound) > 0) {
      waits("no pulse comes back from the connector");
    } else {
      if (!waitsFor.isEmpty()) {
        progress.started(
            position.complete() ? new Continuity.GoOn(position) : begin, position.term());
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
