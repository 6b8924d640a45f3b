package dev.sessioncache.bench.latency;

import dev.sessioncache.bench.Workbench;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes of one row each, committed one after the other at a steady rate over one connection. One
 * that is late is made up for by the next ones. Each sets {@code request_count} to its number, by
 * which it is known again. Used by one thread.
 */
public final class Commits implements AutoCloseable {

  private static final String CHANGE =
      "update platform.user_sessions set last_activity_at = clock_timestamp(), request_count = ? where token = ?";

  /** Above what the sessions are filled with. */
  private static final long FIRST = 1_000;

  /** The least share of the rate that still counts as having kept it. */
  private static final double KEPT = 0.95;

  private final Connection connection;
  private final PreparedStatement change;
  private final int rate;
  private long next = FIRST;

  /**
   * @param rate commits a second
   */
  public Commits(Workbench bench, int rate) throws SQLException {
    this.connection = bench.connect(); // commits after each statement
    this.change = connection.prepareStatement(CHANGE);
    this.rate = rate;
  }

  /** Number of the next change. */
  public long next() {
    return next;
  }

  /**
   * Changes each of these sessions once.
   *
   * @return when each COMMIT had returned, nanoseconds of {@link System#nanoTime()}
   * @throws IllegalStateException when Postgres does not keep the rate
   */
  public long[] run(List<String> tokens) throws SQLException {
    long[] returned = new long[tokens.size()];
    long start = System.nanoTime();
    for (int i = 0; i < returned.length; i++) {
      awaitNanos(start + TimeUnit.SECONDS.toNanos(i) / rate);
      change.setLong(1, next++);
      change.setString(2, tokens.get(i));
      if (change.executeUpdate() != 1) {
        throw new IllegalStateException("no session " + tokens.get(i));
      }
      returned[i] = System.nanoTime();
    }
    double reached = returned.length / ((System.nanoTime() - start) / 1e9);
    if (reached < KEPT * rate) {
      throw new IllegalStateException(
          "Postgres has taken %,.0f commits a second, not %,d: the machine is too slow for that, or does something else"
              .formatted(reached, rate));
    }
    return returned;
  }

  private static void awaitNanos(long due) {
    long left;
    while ((left = due - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
