package dev.sessioncache.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;

/**
 * The clock of a server, read once and carried on by our monotonic clock: leases and bounds hold
 * even where this machine's clock is wrong.
 */
public record ServerClock(Instant read, long nanoTime) implements InstantSource {

  /** Just read by a query, as a timestamptz in that column. */
  public static ServerClock of(ResultSet row, int column) throws SQLException {
    Instant serverTime = row.getObject(column, OffsetDateTime.class).toInstant();
    return new ServerClock(serverTime, System.nanoTime());
  }

  @Override
  public Instant instant() {
    return read.plus(Duration.ofNanos(System.nanoTime() - nanoTime));
  }
}
