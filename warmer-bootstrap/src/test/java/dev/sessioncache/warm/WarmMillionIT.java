package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.json.FlatJson;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.ProcessUsage;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import io.lettuce.core.KeyValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A warm of a million sessions that is killed in the middle, and run again. */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(900)
class WarmMillionIT {

  private static final Logger log = LoggerFactory.getLogger(WarmMillionIT.class);
  private static final int SESSIONS = Integer.getInteger("sessions", 1_000_000);
  private static final double KILLED_AT = 0.37;
  private static final long MOST_KILOBYTES = 300 * 1024;
  private static final Duration SOON = Duration.ofMinutes(5);

  private final WarmServers servers;

  @TempDir private Path directory = Path.of("");

  WarmMillionIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_million_it", 1);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldKeepWhatWasFinishedWhenItIsKilledAndRunAgain() throws Exception {
    addSessions();
    long finished = killHalfWay();

    long startedNanos = System.nanoTime();
    long kilobytes;
    try (ChildProcess again = start("again")) {
      kilobytes = ProcessUsage.untilEnd(again).mostKilobytes();
      assertThat(again.exitCode()).as(again.logTail()).isZero();
    }
    double seconds = (System.nanoTime() - startedNanos) / 1e9;

    Map<String, String> report = report("again");
    log.info(
        "million: {} finished when killed, {} kept, {} written in {} s, {} kB",
        finished,
        report.get("/present"),
        report.get("/written"),
        seconds,
        kilobytes);
    assertThat(report).containsEntry("/mode", "resume");
    assertThat(number(report, "/present")).isGreaterThanOrEqualTo((long) (0.99 * finished));
    assertThat(number(report, "/present") + number(report, "/written")).isEqualTo(SESSIONS);
    assertThat(kilobytes).as("resident memory").isLessThan(MOST_KILOBYTES);
    assertEqualToPostgres();
  }

  private void addSessions() throws SQLException {
    servers.tables.execute(
        """
        insert into platform.user_sessions
          (token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at,
           request_count, data)
        select 'token-' || md5(i::text) || i, '00000000-0000-0000-0000-000000000001', '10.0.0.1',
               'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0',
               now() - interval '23 hours', now() - i * interval '80 milliseconds',
               now() + interval '7 days', i %% 500,
               jsonb_build_object('n', i, 'theme', 'dark', 'cart', array[i, i + 1], 'locale', 'en')
        from generate_series(1, %d) i
        """
            .formatted(SESSIONS));
    servers.tables.execute("create index on platform.user_sessions (last_activity_at)");
    servers.tables.execute("vacuum analyze platform.user_sessions");
  }

  /** Returns how many sessions were in Redis then. */
  private long killHalfWay() {
    try (ChildProcess killed = start("killed")) {
      Awaitility.await("37 %")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> servers.redis.dbsize() > 2 * KILLED_AT * SESSIONS);
      killed.kill();
    }
    return servers.redis.dbsize() / 2;
  }

  private ChildProcess start(String name) {
    return servers.start(
        directory.resolve(name + ".log"), "--quiet", "--json", "--count=" + SESSIONS);
  }

  private Map<String, String> report(String name) throws IOException {
    String last =
        Files.readAllLines(directory.resolve(name + ".log")).stream().reduce("", (a, b) -> b);
    return FlatJson.read(last.getBytes(UTF_8));
  }

  private static long number(Map<String, String> report, String name) {
    return Long.parseLong(report.getOrDefault(name, "-1"));
  }

  /** Every live row has its document in Redis, and there is no other. */
  private void assertEqualToPostgres() throws SQLException {
    try (Connection connection =
        PostgresConnections.open(DatabaseUrl.parse(servers.tables.url), "compare")) {
      SnapshotReader snapshot = SnapshotReader.look(connection, SOON);
      MappingSettings settings = settings();
      SessionMapping mapping = SessionMapping.resolve(settings, connection);
      ActivityRate rate =
          new ActivityRate(mapping.activity(), ActivityColumns.none(), snapshot.clock().read());
      RowSource rows = new LiveSessions(connection, mapping, rate).rows(2L * SESSIONS, null);
      EntryBuilder entries = new EntryBuilder(mapping, new Tally());
      List<Entry> some = new ArrayList<>();
      long compared = 0;
      for (SessionRow row = rows.next(); row != null; row = rows.next()) {
        some.add(entries.build(row).orElseThrow());
        if (some.size() == 1000) {
          compared += compare(some);
          some.clear();
        }
      }
      compared += compare(some);
      assertThat(compared).isEqualTo(SESSIONS);
      assertThat(snapshot.position().timeline()).isOne();
    }
    assertThat(servers.redis.dbsize())
        .as("values, guards, the generation and the record")
        .isEqualTo(2L * SESSIONS + 2);
  }

  private long compare(List<Entry> entries) {
    if (entries.isEmpty()) {
      return 0;
    }
    byte[][] keys =
        entries.stream().map(entry -> entry.key().getBytes(UTF_8)).toArray(byte[][]::new);
    List<KeyValue<byte[], byte[]>> values = servers.redis.mget(keys);
    for (int i = 0; i < entries.size(); i++) {
      assertThat(
              Arrays.equals(values.get(i).getValueOrElse(new byte[0]), entries.get(i).document()))
          .as("value of session " + i)
          .isTrue();
    }
    return entries.size();
  }

  private static MappingSettings settings() {
    return Configuration.load(
            new Sources(null, Map.of(), Map.of()), List.of(MappingSettings.class), List.of())
        .get(MappingSettings.class);
  }
}
