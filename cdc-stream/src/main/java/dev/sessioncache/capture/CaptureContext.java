package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.topic.LaneSettings;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What one capture works with, the same for all of its readings, whoever follows the log in them.
 * Used by {@link Capture}'s thread, but for {@link CaptureProgress}.
 */
record CaptureContext(
    DatabaseUrl database,
    CaptureSettings settings,
    LaneSettings lanes,
    SessionMapping mapping,
    CaptureClients clients,
    CaptureLog captureLog,
    CaptureProgress progress) {

  CaptureServers servers() {
    return new CaptureServers(database, clients.brokers());
  }

  /** What a baseline that is about to be taken begins with. */
  CaptureRecord beginning(Continuity.NewBaseline baseline, SourceState state, long term) {
    return new CaptureRecord(
        state.systemId(),
        settings.slot(),
        state.publication(),
        baseline.epoch(),
        term,
        false,
        0,
        settings.engine());
  }

  /** The records of that position's baseline and term. */
  ChangeRecords records(CaptureRecord position, SessionLanes sessionLanes) {
    return new ChangeRecords(
        lanes, mapping, position.epoch(), position.term(), sessionLanes, progress);
  }

  /** In which lanes the sessions in use stand now. */
  SessionLanes sessionLanes(OwnedSource owned) throws SQLException {
    return new LanesSnapshot(owned.connection(), mapping, new Lanes(lanes.count())).take();
  }

  /** Watches whether the tables are still those of that position's baseline. */
  ShapeWatch shapeWatch(OwnedSource owned, CaptureRecord position) {
    return new ShapeWatch(owned.publication(), position.publication());
  }

  /** A connection over which pulses are written; the caller closes it. */
  Connection openPulses() {
    return PostgresConnections.open(database, "session-cache-warmer pulse");
  }

  /** Of the messages in the log that are ours. */
  String pulsePrefix() {
    return PulseEmitter.prefix(settings.slot());
  }
}
