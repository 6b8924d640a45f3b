package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityCurve;
import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.activity.ActivityReader;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.postgresql.PGConnection;

/**
 * The reading of the activity curve beside a warm, on a connection of its own that sees the same
 * snapshot: it takes one pass over the live sessions, for which a warm need not wait. Whoever needs
 * the curve waits for it.
 */
final class CurveLink implements AutoCloseable {

  private final CompletableFuture<Connection> connecting;
  private final CompletableFuture<ActivityCurve> reading;

  private CurveLink(
      CompletableFuture<Connection> connecting, CompletableFuture<ActivityCurve> reading) {
    this.connecting = connecting;
    this.reading = reading;
  }

  /**
   * Begins to read.
   *
   * @param connect to the server that has the snapshot
   * @param snapshot as {@link SnapshotReader#export} names it
   * @param atMost how long it may take
   */
  static CurveLink open(
      Supplier<Connection> connect,
      String snapshot,
      SessionMapping mapping,
      ActivityRate rate,
      Duration atMost) {
    CompletableFuture<Connection> connecting =
        CompletableFuture.supplyAsync(connect, Daemon::start);
    return new CurveLink(
        connecting,
        connecting.thenApplyAsync(
            open -> read(open, snapshot, mapping, rate, atMost), Daemon::start));
  }

  /** For a warm that needs no curve: there are no sessions in it. */
  static CurveLink none() {
    return new CurveLink(
        new CompletableFuture<>(), CompletableFuture.completedFuture(new ActivityCurve(List.of())));
  }

  private static ActivityCurve read(
      Connection connection,
      String snapshot,
      SessionMapping mapping,
      ActivityRate rate,
      Duration atMost) {
    try {
      SnapshotReader.join(connection, atMost, snapshot);
      return ActivityReader.read(connection, mapping, rate);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * Waits for the curve.
   *
   * @throws SQLException when it could not be read
   * @throws TimeoutException when it takes longer
   * @throws dev.sessioncache.command.OperationException when there was no connection
   */
  ActivityCurve await(Duration atMost) throws SQLException, InterruptedException, TimeoutException {
    try {
      return reading.get(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    }
  }

  /** Of so many sessions those that there are, as far as that is known already. */
  long atMost(long count) {
    boolean known = connecting.isDone() && reading.isDone() && !reading.isCompletedExceptionally();
    return known ? Math.min(count, reading.join().sessions()) : count;
  }

  /** Ends the reading, if it has not ended by itself. */
  @Override
  public void close() {
    var unused =
        connecting.thenAccept(
            connection -> {
              try (connection) {
                if (!reading.isDone()) {
                  connection.unwrap(PGConnection.class).cancelQuery();
                }
              } catch (SQLException e) {
                // Postgres is gone, and the reading with it.
              }
            });
  }
}
