package dev.sessioncache.capture;

import dev.sessioncache.topic.LaneSettings;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a connector that reads the log in our place: announces its baseline, and writes the
 * pulses for it to hand on, one only after the slot and all that the connector has written were
 * looked at. Called from {@link Capture}'s thread.
 */
final class ConnectorWatch implements LogFollower {

  private static final Logger log = LoggerFactory.getLogger(ConnectorWatch.class);

  private final CaptureContext capture;

  ConnectorWatch(CaptureContext capture) {
    this.capture = capture;
  }

  @Override
  public void follow(OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    LaneSettings lanes = capture.lanes();
    if (lanes.count() > 1) {
      new UserIdentity(owned.connection(), capture.mapping()).check();
    }
    Optional<CaptureRecord> last = capture.captureLog().last();
    SourceState state = owned.source().state();
    Continuity continuity =
        ConnectorContinuity.decide(
            state, last, capture.settings().slot(), capture.database().database());
    try (LanesWatch written =
        new LanesWatch(
            capture.clients().watchers().get(),
            lanes.changesTopic(),
            lanes.count(),
            capture.mapping().settings().tokens().fingerprint())) {
      CaptureRecord from;
      if (continuity instanceof Continuity.NewBaseline baseline) {
        written.beginAtTheEnd();
        from = announce(baseline, state, CaptureRecord.nextTerm(last, state.clockMillis()));
      } else {
        written.goOn();
        from = ((Continuity.GoOn) continuity).from();
        log.info("event=capture_continues epoch={}", from.epoch());
      }
      capture.progress().started(continuity, from.term());
      watch(
          owned,
          new WatchedSlot(
              continuity,
              from,
              written,
              capture.captureLog(),
              capture.clients(),
              capture.progress()),
          closed);
    }
  }

  private CaptureRecord announce(Continuity.NewBaseline baseline, SourceState state, long term)
      throws InterruptedException {
    CaptureRecord begin = capture.beginning(baseline, state, term);
    Announcement announcement =
        new Announcement(
            capture.clients().producer(),
            capture.records(begin, new SessionLanes()),
            capture.captureLog());
    announcement.term(begin);
    announcement.baseline();
    log.info(
        "event=baseline_begins reason=\"{}\" epoch={} hint=\"start the connector: it makes the slot\"",
        baseline.reason(),
        baseline.epoch());
    return begin;
  }

  private void watch(OwnedSource owned, WatchedSlot slot, CountDownLatch closed)
      throws SQLException, InterruptedException {
    ShapeWatch shape = capture.shapeWatch(owned, slot.position());
    try (LaneMessages messages =
        new LaneMessages(
            capture.openPulses(),
            capture.pulsePrefix(),
            capture.lanes().count(),
            LaneMessages.LONGEST_SILENCE)) {
      do {
        owned.source().keepLock();
        shape.check();
        slot.look(owned.source().slot(), capture.lanes().stalenessBound());
        if (slot.endOfBaselineIsDue()) {
          messages.endBaseline();
        }
        if (slot.mayPulse()) {
          messages.pulse(slot.position().complete());
        }
      } while (!closed.await(
          slot.isBehind() ? 0 : capture.settings().pulseInterval().toMillis(),
          TimeUnit.MILLISECONDS));
    }
  }
}
