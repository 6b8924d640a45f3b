package dev.sessioncache.localstack;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Makes databases on one Postgres server. Stateless; safe for all threads. */
record Databases(PostgresAddress address) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Duration SLOTS_LIMIT = Duration.ofSeconds(10);
  private static final String OBJECT_IN_USE = "55006";
  private static final String UNDEFINED_OBJECT = "42704";

  /** Drops the database of that name with all that hangs on it, and makes an empty one. */
  String create(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a database name is lower-case letters, digits and underscores: " + name);
    }
    try (Connection connection = address.connect(PostgresAddress.MAINTENANCE_DATABASE);
        Statement statement = connection.createStatement()) {
      if (exists(connection, name)) {
        statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
        dropSlots(connection, name);
        statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
      }
      // template1 would do, were it not for others who may be connected to it.
      statement.execute("CREATE DATABASE " + name + " TEMPLATE template0");
      return address.url(name);
    } catch (SQLException e) {
      throw new StackException("cannot make the database " + name + ": " + e.getMessage(), e);
    }
  }

  private static boolean exists(Connection connection, String name) throws SQLException {
    return !select(connection, "SELECT datname FROM pg_database WHERE datname = ?", name).isEmpty();
  }

  /** A database with a replication slot cannot be dropped, not even with FORCE. */
  private static void dropSlots(Connection connection, String name) throws SQLException {
    long begin = System.nanoTime();
    while (true) {
      select(
          connection,
          "SELECT pg_terminate_backend(active_pid, 1000)::text FROM pg_replication_slots"
              + " WHERE database = ? AND active",
          name);
      List<String> slots =
          select(connection, "SELECT slot_name FROM pg_replication_slots WHERE database = ?", name);
      if (slots.isEmpty()) {
        return;
      }
      if (System.nanoTime() - begin > SLOTS_LIMIT.toNanos()) {
        throw new SQLException("replication slots stay in use: " + slots);
      }
      for (String slot : slots) {
        dropSlot(connection, slot);
      }
    }
  }

  /** A consumer may take the slot again, or the slot be temporary and go by itself. */
  private static void dropSlot(Connection connection, String slot) throws SQLException {
    try {
      select(connection, "SELECT pg_drop_replication_slot(?)::text", slot);
    } catch (SQLException e) {
      String state = e.getSQLState();
      if (!OBJECT_IN_USE.equals(state) && !UNDEFINED_OBJECT.equals(state)) {
        throw e;
      }
    }
  }

  private static List<String> select(Connection connection, String sql, String parameter)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        List<String> values = new ArrayList<>();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
        return values;
      }
    }
  }
}
