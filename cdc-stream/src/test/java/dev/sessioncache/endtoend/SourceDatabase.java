package dev.sessioncache.endtoend;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The database with sessions, users and ledger. Hands out connections; safe for all threads. */
final class SourceDatabase {

  private static final String SCHEMA = "/dev/sessioncache/demo/data/demo-schema.sql";
  private static final String LEDGER = "/dev/sessioncache/endtoend/ledger.sql";

  private final String url;

  private SourceDatabase(String url) {
    this.url = url;
  }

  /** Makes it. The server starts anew, with a time kept for each commit. */
  static SourceDatabase create(Stack stack) throws SQLException {
    new SourceDatabase(stack.databaseUrl()).execute("alter system set track_commit_timestamp = on");
    stack.postgres().restart();
    SourceDatabase database = new SourceDatabase(stack.createDatabase("endtoend"));
    database.execute(resource(SCHEMA));
    database.execute(resource(LEDGER));
    return database;
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(SourceDatabase.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return url;
  }

  Connection connect() throws SQLException {
    DatabaseUrl parsed = DatabaseUrl.parse(url);
    Properties properties = parsed.jdbcProperties();
    properties.setProperty("ApplicationName", "endtoend");
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "20");
    properties.setProperty("options", "-c lock_timeout=3s -c deadlock_timeout=200ms");
    return DriverManager.getConnection(parsed.jdbcUrl(), properties);
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The time of Postgres, ms since 1970. */
  long nowMillis() throws SQLException {
    String now = query("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
    return Long.parseLong(Objects.requireNonNull(now));
  }

  /** The first column of the first row; null when there is none. */
  @Nullable String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }
}
