package dev.sessioncache.demo.data;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;

/** The time on the Postgres server, by which commits and watermarks are compared. */
public final class DatabaseClock {

  private DatabaseClock() {}

  /** A moment between the call and its return, in microseconds. */
  public static Instant read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
