package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.PostgresConnections;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Looks at the slot once more when the first batch arrives. From then on the slot is in use and
 * nobody can drop or move it; between {@link Continuity}'s look and the engine's start somebody
 * could, and the engine would make a new slot and go on behind the hole. Called from the engine's
 * thread only.
 */
final class SlotProof implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>> {

  private final DatabaseUrl database;
  private final CaptureRecord from;
  private final ChangeSink sink;
  private boolean proven;

  /**
   * @param from where capture goes on; it has confirmed nothing above
   */
  SlotProof(DatabaseUrl database, CaptureRecord from, ChangeSink sink) {
    this.database = database;
    this.from = from;
    this.sink = sink;
  }

  @Override
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> events,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    if (!proven) {
      prove(database, from);
      proven = true;
    }
    sink.handleBatch(events, committer);
  }

  /**
   * Proves that nothing is missing before the first batch.
   *
   * @throws OperationException when the reading is to be started again, which then finds the hole
   */
  static void prove(DatabaseUrl database, CaptureRecord from) {
    try (Connection connection =
        PostgresConnections.open(database, "session-cache-warmer slot proof")) {
      boolean whole =
          Source.slot(connection, from.slot())
              .filter(slot -> !slot.lost())
              .filter(slot -> Long.compareUnsigned(slot.confirmedLsn(), from.lsn()) <= 0)
              .isPresent();
      if (!whole) {
        throw new OperationException("the slot was dropped or moved while capture started");
      }
    } catch (SQLException e) {
      throw new OperationException("the slot can't be looked at", e);
    }
  }
}
