package dev.sessioncache.demo.data;

import dev.sessioncache.localstack.Stack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** A database with demo data in it, for tests. */
public final class DemoDatabase {

  public static final long SEED = 7;

  private DemoDatabase() {}

  public static Database create(Stack stack, String name, int sessions)
      throws SQLException, ForeignDataException {
    Database database = Database.at(stack.createDatabase(name));
    try (Connection connection = database.connect()) {
      Instant now = DatabaseClock.read(connection);
      new DemoData(sessions, SEED).createIfEmpty(connection, now);
    }
    return database;
  }

  public static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row. */
  public static String query(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
