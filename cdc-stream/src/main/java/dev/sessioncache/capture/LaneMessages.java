package dev.sessioncache.capture;

import dev.sessioncache.changes.LaneMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Writes into the log of Postgres what a connector is to hand on, a message for each lane, as
 * {@link PulseEmitter} writes one for all: in a transaction, whose commit stands in one order with
 * all others. Owns its connection; used by one thread.
 */
final class LaneMessages implements AutoCloseable {

  private static final int STATEMENT_TIMEOUT_SECONDS = 5;

  /** A server that is frozen answers no cancel either. */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

  private static final String PULSES =
      """
      select pg_logical_emit_message(true, ?,
        json_build_object('%s', lane, '%s', ms, '%s', ?)::text)
      from (select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms) sent,
           generate_series(0, ? - 1) lane
      """
          .formatted(LaneMessage.LANE, LaneMessage.AT_MS, LaneMessage.COMPLETE);

  private static final String BASELINE_ENDS =
      """
      select pg_logical_emit_message(true, ?, json_build_object('%s', lane, '%s', true)::text)
      from generate_series(0, ? - 1) lane
      """
          .formatted(LaneMessage.LANE, LaneMessage.ENDS_BASELINE);

  private final Connection connection;
  private final String prefix;
  private final int lanes;
  private final Duration silence;

  /**
   * @param silence of Postgres after which a write fails
   */
  LaneMessages(Connection connection, String prefix, int lanes, Duration silence) {
    this.connection = connection;
    this.prefix = prefix;
    this.lanes = lanes;
    this.silence = silence;
  }

  void pulse(boolean complete) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PULSES)) {
      statement.setString(1, prefix);
      statement.setBoolean(2, complete);
      statement.setInt(3, lanes);
      execute(statement);
    }
  }

  void endBaseline() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BASELINE_ENDS)) {
      statement.setString(1, prefix);
      statement.setInt(2, lanes);
      execute(statement);
    }
  }

  private void execute(PreparedStatement statement) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(silence.toMillis()));
    statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
    statement.execute();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
