package dev.sessioncache.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes pulses into the log of Postgres with <a
 * href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">
 * pg_logical_emit_message</a>, as transactions: only commits are in one order with all other
 * commits, so only then a pulse that arrives proves that everything committed before it has
 * arrived. It also moves the slot on while nobody changes our tables. Owns its thread and its
 * connection.
 */
final class PulseEmitter implements AutoCloseable {

  private static final String EMIT =
      """
      select pg_logical_emit_message(true, ?, json_build_object(
        'at_ms', (extract(epoch from clock_timestamp()) * 1000)::bigint, 'complete', ?)::text)
      """;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int STATEMENT_TIMEOUT_SECONDS = 5;

  private final Connection connection;
  private final String prefix;
  private final CaptureProgress progress;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "pulse"));

  PulseEmitter(Connection connection, String prefix, CaptureProgress progress) {
    this.connection = connection;
    this.prefix = prefix;
    this.progress = progress;
  }

  /**
   * The message prefix of a slot's pulses: two installations in one database do not see each
   * other's.
   */
  static String prefix(String slot) {
    return "session-cache-warmer." + slot;
  }

  void start(Duration interval, Consumer<Throwable> onFailure) {
    Future<?> unused = // every failure goes to onFailure
        thread.scheduleAtFixedRate(
            () -> emitOrTell(onFailure), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void emitOrTell(Consumer<Throwable> onFailure) {
    try {
      emit();
    } catch (SQLException | RuntimeException e) {
      thread.shutdown();
      onFailure.accept(e);
    }
  }

  private void emit() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(EMIT)) {
      statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
      statement.setString(1, prefix);
      statement.setBoolean(2, progress.isComplete());
      statement.execute();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      boolean ended = thread.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        connection.abort(Runnable::run);
      }
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      // The connection is gone, which is what we want.
    }
  }
}
