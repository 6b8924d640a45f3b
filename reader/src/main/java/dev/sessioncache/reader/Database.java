package dev.sessioncache.reader;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.document.UnreadableRowException;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.thread.DaemonThreads;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * The sessions of Postgres, read by a few threads with a connection each: whatever happens to the
 * caches, no more than these ask. Those who wait stand in a queue of limited length. Thread-safe.
 */
final class Database implements AutoCloseable {

  private static final String APPLICATION_NAME = "session-cache-reader";

  private static final String CLOSED = "this SessionCache is closed";

  private static final Duration NETWORK_GRACE = Duration.ofSeconds(1);

  private final HikariDataSource connections;
  private final SessionRows rows;
  private final ThreadPoolExecutor threads;

  /**
   * Connects once, to know the tables.
   *
   * @throws dev.sessioncache.command.OperationException when Postgres can't be reached, or the
   *     tables are not what the settings say
   */
  Database(DatabaseUrl url, MappingSettings mapping, ReaderSettings settings) throws SQLException {
    try (Connection connection = PostgresConnections.open(url, APPLICATION_NAME)) {
      this.rows = new SessionRows(SessionMapping.resolve(mapping, connection), connection);
    }
    this.connections = new HikariDataSource(pool(url, settings));
    this.threads =
        new ThreadPoolExecutor(
            settings.postgresConnections(),
            settings.postgresConnections(),
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(settings.postgresWaiting()),
            new DaemonThreads("session-cache-postgres"));
    threads.allowCoreThreadTimeOut(true);
  }

  private static HikariConfig pool(DatabaseUrl url, ReaderSettings settings) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName(APPLICATION_NAME);
    pool.setJdbcUrl(url.jdbcUrl());
    Properties properties = PostgresConnections.properties(url, APPLICATION_NAME);
    // Ours to notice last: a server that has vanished answers to no statement_timeout.
    PGProperty.SOCKET_TIMEOUT.set(
        properties, (int) settings.timeout().plus(NETWORK_GRACE).toSeconds() + 1);
    pool.setDataSourceProperties(properties);
    pool.setMaximumPoolSize(settings.postgresConnections());
    pool.setMinimumIdle(0);
    pool.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    pool.setConnectionTimeout(Math.max(250, settings.timeout().toMillis()));
    pool.setInitializationFailTimeout(-1);
    pool.setReadOnly(true);
    pool.setConnectionInitSql(SessionRows.INIT.formatted(settings.timeout().toMillis()));
    return pool;
  }

  /** The time of Postgres. */
  Instant now() {
    return rows.now();
  }

  /**
   * Reads what is known of a token.
   *
   * @param isPointless tells when nobody waits for it any more, before it is read
   * @return fails with {@link SessionUnavailableException} when nobody can tell
   */
  CompletableFuture<Optional<SessionRow>> read(String token, BooleanSupplier isPointless) {
    Read read = new Read(token, isPointless, new CompletableFuture<>());
    try {
      threads.execute(read);
    } catch (RejectedExecutionException e) {
      read.fail(
          threads.isShutdown()
              ? CLOSED
              : "too many validations wait for Postgres (reader.postgres.waiting)",
          e);
    }
    return read.answer;
  }

  /** What stands in the queue. */
  private final class Read implements Runnable {

    private final String token;
    private final BooleanSupplier isPointless;
    private final CompletableFuture<Optional<SessionRow>> answer;

    Read(
        String token, BooleanSupplier isPointless, CompletableFuture<Optional<SessionRow>> answer) {
      this.token = token;
      this.isPointless = isPointless;
      this.answer = answer;
    }

    @Override
    public void run() {
      if (isPointless.getAsBoolean()) {
        answer.cancel(false); // given up while it stood in the queue
        return;
      }
      try (Connection connection = connections.getConnection()) {
        answer.complete(rows.read(connection, token));
      } catch (SQLException e) {
        fail("Postgres does not answer (SQLState " + e.getSQLState() + ")", e);
      } catch (UnreadableRowException e) {
        fail(String.valueOf(e.getMessage()), e);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }

    void fail(String why, @Nullable Exception cause) {
      answer.completeExceptionally(new SessionUnavailableException(why, cause));
    }
  }

  /** Connections that are open now. */
  int connections() {
    return connections.getHikariPoolMXBean() == null
        ? 0
        : connections.getHikariPoolMXBean().getTotalConnections();
  }

  /** Validations that wait for one. */
  int waiting() {
    return threads.getQueue().size();
  }

  @Override
  public void close() {
    threads.shutdownNow().forEach(waiting -> ((Read) waiting).fail(CLOSED, null));
    connections.close();
  }
}
