package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A warm and the stream write the same sessions: what is newer in Postgres stays. */
@ExtendWith(StackExtension.class)
class WarmOrderIT {

  /**
   * How a session ends.
   *
   * @see #lock the table that holds the warm back and that the change leaves alone
   */
  private enum Change {
    DELETE("delete from platform.user_sessions where token = 's1'", "platform.users"),
    REVOKE(
        "update platform.user_sessions set revoked_at = now() where token = 's1'",
        "platform.users"),
    BAN(
        "update platform.users set status = 'banned'"
            + " where id = '00000000-0000-0000-0000-000000000001'",
        "platform.user_sessions");

    private final String sql;
    private final String lock;

    Change(String sql, String lock) {
      this.sql = sql;
      this.lock = lock;
    }

    /** What the stream makes of it. */
    GuardedWrite removal(long transaction, long earlier) {
      return GuardedWrite.removal(
          "session:s1",
          this == BAN
              ? WarmServers.position(earlier, transaction)
              : WarmServers.position(transaction, earlier));
    }
  }

  private final WarmServers servers;

  WarmOrderIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_order_it", 9);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldNotOverwriteWhatTheStreamKnowsBetter() throws Exception {
    servers.tables.addLive("s", 3);
    long next = servers.nextTransaction();
    String newer = WarmServers.position(next + 100, next - 1);
    String older = WarmServers.position(next - 1, next - 1);
    servers.streamWrites(
        GuardedWrite.put("session:s1", newer, "newer".getBytes(UTF_8), WarmServers.TIMEOUT),
        GuardedWrite.put("session:s2", older, "older".getBytes(UTF_8), WarmServers.TIMEOUT),
        GuardedWrite.removal("session:s3", newer));

    WarmRun run = servers.warm("--json");

    assertThat(servers.value("s1")).isEqualTo("newer");
    assertThat(servers.tables.isDocument("s2", servers.value("s2"))).isTrue();
    assertThat(servers.tokens()).containsExactly("s1", "s2");
    assertThat(run.json("/written")).isEqualTo("1");
    assertThat(run.json("/rejected")).isEqualTo("2");
  }

  /** Its log position is lower than the snapshot's: only visibility tells that it is newer. */
  @ParameterizedTest
  @EnumSource
  void shouldLoseToAChangeWrittenBeforeTheSnapshotWhenTheStreamComesFirst(Change change)
      throws Exception {
    servers.tables.addLive("s", 1);
    long earlier = servers.nextTransaction() - 1;
    try (Connection writer = open()) {
      long transaction = write(writer, change);
      CompletableFuture<WarmRun> warm = servers.warmHeldBackBy(change.lock);
      writer.commit();
      servers.streamWrites(change.removal(transaction, earlier));

      servers.releaseRows();

      WarmRun run = warm.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(run.json("/read")).as(run.err()).isEqualTo("1");
      assertThat(run.json("/rejected")).isEqualTo("1");
      assertThat(servers.tokens()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLoseToAChangeWrittenBeforeTheSnapshotWhenTheWarmComesFirst(Change change)
      throws Exception {
    servers.tables.addLive("s", 1);
    long earlier = servers.nextTransaction() - 1;
    try (Connection writer = open()) {
      long transaction = write(writer, change);
      WarmRun run = servers.warm("--json");
      assertThat(run.json("/written")).as(run.err()).isEqualTo("1");
      assertThat(servers.tokens()).containsExactly("s1");

      writer.commit();
      servers.streamWrites(change.removal(transaction, earlier));

      assertThat(servers.tokens()).isEmpty();
    }
  }

  private Connection open() throws SQLException {
    Connection connection =
        PostgresConnections.open(DatabaseUrl.parse(servers.tables.url), "warm-order-it");
    connection.setAutoCommit(false);
    return connection;
  }

  /**
   * Writes the change and returns its transaction, which goes on. A later one commits, so that a
   * snapshot has it among the running: else it would stand behind the snapshot's end.
   */
  private long write(Connection connection, Change change) throws SQLException {
    long transaction;
    try (Statement statement = connection.createStatement()) {
      statement.execute(change.sql);
      try (ResultSet row = statement.executeQuery("select pg_current_xact_id()::text")) {
        row.next();
        transaction = row.getLong(1);
      }
    }
    assertThat(Long.parseLong(servers.tables.query("select pg_current_xact_id()::text")))
        .isGreaterThan(transaction);
    return transaction;
  }
}
