package dev.sessioncache.postgres;

import dev.sessioncache.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * Opens single connections to Postgres. Everything that happens before a connection is usable is
 * bounded: the time to reach the server and the time to log in.
 */
public final class PostgresConnections {
  /** In seconds; the URL's {@code connect_timeout} takes its place. */
  static final int DEFAULT_CONNECT_TIMEOUT_SECONDS = 5;

  private PostgresConnections() {}

  /** Opens a connection to the server of {@code DATABASE_URL}. */
  public static Connection open(DatabaseUrl url, String applicationName) {
    return open(url, "DATABASE_URL", applicationName);
  }

  /**
   * Opens a connection that the caller closes.
   *
   * @param variable where the URL comes from, for the operator
   * @param applicationName shown in {@code pg_stat_activity} unless the URL names another
   * @throws dev.sessioncache.command.OperationException with what the operator has to do
   */
  public static Connection open(DatabaseUrl url, String variable, String applicationName) {
    try {
      return DriverManager.getConnection(url.jdbcUrl(), properties(url, applicationName));
    } catch (SQLException e) {
      throw ConnectionFailure.explain(e, url, variable);
    }
  }

  /** What pgjdbc is to be told beside the URL. */
  public static Properties properties(DatabaseUrl url, String applicationName) {
    Properties properties = new Properties();
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.CONNECT_TIMEOUT.set(properties, DEFAULT_CONNECT_TIMEOUT_SECONDS);
    PGProperty.APPLICATION_NAME.set(properties, applicationName);
    properties.putAll(url.jdbcProperties());
    // libpq's connect_timeout covers the login too, pgjdbc's connectTimeout only the TCP connect.
    PGProperty.LOGIN_TIMEOUT.set(properties, PGProperty.CONNECT_TIMEOUT.getOrDefault(properties));
    return properties;
  }
}
