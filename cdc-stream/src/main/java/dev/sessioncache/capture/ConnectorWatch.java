package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
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

  private final DatabaseUrl database;
  private final CaptureSettings settings;
  private final LaneSettings lanes;
  private final SessionMapping mapping;
  private final CaptureClients clients;
  private final CaptureLog captureLog;
  private final CaptureProgress progress;

  ConnectorWatch(
      DatabaseUrl database,
      CaptureSettings settings,
      LaneSettings lanes,
      SessionMapping mapping,
      CaptureClients clients,
      CaptureLog captureLog,
      CaptureProgress progress) {
    this.database = database;
    this.settings = settings;
    this.lanes = lanes;
    this.mapping = mapping;
    this.clients = clients;
    this.captureLog = captureLog;
    this.progress = progress;
  }

  @Override
  public void follow(OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    if (lanes.count() > 1) {
      new UserIdentity(owned.connection(), mapping).check();
    }
    Optional<CaptureRecord> last = captureLog.last();
    SourceState state = owned.source().state();
    Continuity continuity =
        ConnectorContinuity.decide(state, last, settings.slot(), database.database());
    try (LanesWatch written =
        new LanesWatch(
            clients.watchers().get(),
            lanes.changesTopic(),
            lanes.count(),
            mapping.settings().tokens().fingerprint())) {
      CaptureRecord from;
      if (continuity instanceof Continuity.NewBaseline baseline) {
        written.beginAtTheEnd();
        from = announce(baseline, state, CaptureRecord.nextTerm(last, state.clockMillis()));
      } else {
        written.goOn();
        from = ((Continuity.GoOn) continuity).from();
        log.info("event=capture_continues epoch={}", from.epoch());
      }
      progress.started(continuity, from.term());
      watch(
          owned, new WatchedSlot(continuity, from, written, captureLog, clients, progress), closed);
    }
  }

  private CaptureRecord announce(Continuity.NewBaseline baseline, SourceState state, long term)
      throws InterruptedException {
    CaptureRecord begin =
        new CaptureRecord(
            state.systemId(),
            settings.slot(),
            state.publication(),
            baseline.epoch(),
            term,
            false,
            0,
            CaptureEngine.CONNECT);
    Announcement announcement =
        new Announcement(
            clients.producer(),
            new ChangeRecords(lanes, mapping, baseline.epoch(), term, progress),
            captureLog);
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
    ShapeWatch shape = new ShapeWatch(owned.publication(), slot.position().publication());
    try (LaneMessages messages =
        new LaneMessages(
            PostgresConnections.open(database, "session-cache-warmer pulse"),
            PulseEmitter.prefix(settings.slot()),
            lanes.count(),
            LaneMessages.LONGEST_SILENCE)) {
      do {
        owned.source().keepLock();
        shape.check();
        slot.look(owned.source().slot(), lanes.stalenessBound());
        if (slot.endOfBaselineIsDue()) {
          messages.endBaseline();
        }
        if (slot.mayPulse()) {
          messages.pulse(slot.position().complete());
        }
      } while (!closed.await(
          slot.isBehind() ? 0 : settings.pulseInterval().toMillis(), TimeUnit.MILLISECONDS));
    }
  }
}
