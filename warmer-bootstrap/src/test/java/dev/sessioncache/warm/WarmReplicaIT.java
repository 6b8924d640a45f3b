package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.localstack.LocalReplica;
import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A warm reads a streaming replica, and is as right as one that reads the primary. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class WarmReplicaIT {

  private static final String DATABASE = "warm_replica_it";

  /** May do no more than read the two tables. */
  private static final String READER =
      """
      do $$ begin create role warm_reader login password 'reader';
      exception when duplicate_object then null; end $$;
      grant usage on schema platform to warm_reader;
      grant select on all tables in schema platform to warm_reader
      """;

  private final WarmServers servers;
  private final Stack stack;
  private @Nullable LocalReplica replica;
  private @Nullable Connection onReplica;

  WarmReplicaIT(Stack stack) throws SQLException {
    assumeTrue(stack instanceof LocalStack, "a replica is made of the files of a local server");
    this.stack = stack;
    this.servers = new WarmServers(stack, DATABASE, 7);
  }

  @AfterEach
  void close() throws SQLException {
    if (onReplica != null) {
      onReplica.close();
    }
    if (replica != null) {
      replica.close();
    }
    servers.close();
  }

  @Test
  void shouldCacheWhatTheReplicaShows() throws Exception {
    startReplica();
    servers.tables.addLive("s", 50);

    WarmRun run = warm("--count=auto");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(servers.tokens()).isNotEmpty();
    assertThat(servers.tables.isDocument("s1", servers.value("s1"))).isTrue();
    assertThat(new String(servers.redis.get("warmer:guard:{session:s1}".getBytes(UTF_8)), UTF_8))
        .as("a standby claims nothing from its xmin on")
        .matches("p:00000001:([0-9A-F]{8}):\\1:");
    assertThat(servers.run(new Estimate(environment()), "--json").exit()).isZero();
  }

  @Test
  void shouldWaitForWhatThePrimaryHadBeforeTheWarm() throws Exception {
    startReplica();
    servers.tables.addLive("s", 3);
    assertThat(warm().exit()).isZero();
    servers.redis.flushdb();
    onReplica("select pg_wal_replay_pause()");
    servers.tables.execute("delete from platform.user_sessions where token = 's2'");

    CompletableFuture<WarmRun> run = CompletableFuture.supplyAsync(this::warm);
    awaitReplicaIsAsked();

    assertThat(servers.tokens()).isEmpty();
    onReplica("select pg_wal_replay_resume()");
    assertThat(run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS).exit()).isZero();
    assertThat(servers.tokens()).containsExactly("s1", "s3");
  }

  @Test
  void shouldSayThatTheReplicaIsBehindWhenTimeIsUp() throws Exception {
    startReplica();
    onReplica("select pg_wal_replay_pause()");
    servers.tables.addLive("s", 3);

    WarmRun run = warm("--deadline=1s");

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("the replica of WARM_DATABASE_URL has not caught up in time");
    assertThat(servers.tokens()).isEmpty();
  }

  @Test
  void shouldEndWhenTheReplicaIsFrozen() throws Exception {
    startReplica();
    servers.tables.addLive("s", 3);
    Objects.requireNonNull(replica).server().pause();

    WarmRun run = warm("--deadline=1s");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(servers.tokens()).isEmpty();
  }

  /** The deletion is running when the snapshot is taken, and committed behind it. */
  @Test
  void shouldNotBringBackWhatCommittedAfterTheSnapshot() throws Exception {
    startReplica();
    while (!losesToADeletion()) {
      servers.tables.execute("delete from platform.user_sessions");
      servers.redis.flushdb();
    }
  }

  /** Returns false when the warm may have come to the deleted session first. */
  private boolean losesToADeletion() throws Exception {
    servers.tables.addLive("s", 2);
    try (Connection deleting =
        PostgresConnections.open(DatabaseUrl.parse(servers.tables.url), "deleting")) {
      deleting.setAutoCommit(false);
      long transaction =
          number(
              deleting,
              "delete from platform.user_sessions where token = 's2'"
                  + " returning pg_current_xact_id()::text");
      servers.tables.addLive("later", 1); // so the snapshot's xmax lies behind the deletion

      CompletableFuture<WarmRun> run =
          CompletableFuture.supplyAsync(
              () -> warm("--batch-size=1", "--set=warm.in-flight=1", "--pause=2s", "--json"));
      Awaitility.await("the first session is cached")
          .atMost(WarmServers.TIMEOUT)
          .until(() -> !servers.tokens().isEmpty());
      deleting.commit();
      servers.streamWrites(
          GuardedWrite.removal("session:s2", WarmServers.position(transaction, transaction - 1)));
      boolean inTime = servers.tokens().equals(Set.of("later1"));

      WarmRun ended = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(servers.tokens()).containsExactly("later1", "s1");
      if (inTime) {
        assertThat(ended.out()).contains("\"rejected\":1");
      }
      return inTime;
    }
  }

  @Test
  void shouldRefuseAReplicaThatHasBecomeAPrimary() throws Exception {
    startReplica();
    onReplica("select pg_promote()");
    servers.tables.addLive("s", 1);

    WarmRun run = warm();

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("WARM_DATABASE_URL names a server that is no replica");
    assertThat(servers.tokens()).isEmpty();
  }

  @Test
  void shouldRefuseToTakeAReplicaForThePrimary() throws Exception {
    startReplica();

    WarmRun run =
        WarmRun.of(
            Map.of("DATABASE_URL", replicaUrl(), "REDIS_URL", servers.redisUrl), new String[0]);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("DATABASE_URL names a replica: name the primary there");
  }

  private void startReplica() throws SQLException {
    servers.tables.execute(READER);
    replica = LocalReplica.start((LocalStack) stack);
    onReplica = PostgresConnections.open(DatabaseUrl.parse(replicaUrl()), "warm-replica-it");
  }

  private String replicaUrl() {
    return Objects.requireNonNull(replica).url(DATABASE);
  }

  private void onReplica(String sql) throws SQLException {
    try (Statement statement = Objects.requireNonNull(onReplica).createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void awaitReplicaIsAsked() {
    Awaitility.await("the warm asks how far the replica is")
        .atMost(WarmServers.TIMEOUT)
        .until(
            () ->
                number(
                        Objects.requireNonNull(onReplica),
                        "select count(*) from pg_stat_activity where query like '%replay_lsn%'"
                            + " and application_name = 'warmer-bootstrap'")
                    == 1);
  }

  private Map<String, String> environment() {
    return Map.of(
        "DATABASE_URL", asReader(servers.tables.url),
        "WARM_DATABASE_URL", asReader(replicaUrl()),
        "REDIS_URL", servers.redisUrl);
  }

  private static String asReader(String url) {
    return url.replaceFirst("//.*@", "//warm_reader:reader@");
  }

  private WarmRun warm(String... args) {
    return WarmRun.of(environment(), args);
  }
}
