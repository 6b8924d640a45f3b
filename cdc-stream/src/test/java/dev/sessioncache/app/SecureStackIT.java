package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.doctor.Doctor;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.postgres.PostgresOutage;
import dev.sessioncache.replay.Replay;
import dev.sessioncache.validate.Validate;
import dev.sessioncache.verify.Verify;
import dev.sessioncache.warm.WarmerBootstrap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** All programs over servers that demand TLS and a login, with the rights of docs/security.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class SecureStackIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> SECRETS =
      List.of(
          SecureServers.POSTGRES_PASSWORD,
          SecureServers.REDIS_PASSWORD,
          SecureServers.KAFKA_PASSWORD,
          "wrong-password");

  private final Path directory;
  private SecureServers servers;

  SecureStackIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  void start() throws Exception {
    servers = new SecureServers();
  }

  @AfterAll
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldWorkWithTheDocumentedRightsAndNothingMore() throws Exception {
    servers.redis.aclLogReset();
    servers.execute(
        "insert into platform.users (id, status) values (gen_random_uuid(), 'active');"
            + "insert into platform.user_sessions (id, token, user_id)"
            + " select gen_random_uuid(), 'first', id from platform.users");
    try (ChildProcess stream = stream()) {
      stream.start();
      awaitCached("first", true, stream);
      servers.execute(
          "insert into platform.user_sessions (id, token, user_id)"
              + " select gen_random_uuid(), 'second', id from platform.users");
      awaitCached("second", true, stream);
      servers.execute("update platform.user_sessions set revoked_at = now() where token = 'first'");
      awaitCached("first", false, stream);

      assertThat(commandLines())
          .anyMatch(line -> line.contains(CdcStream.class.getName()))
          .noneMatch(line -> SECRETS.stream().anyMatch(line::contains));
      assertThat(connections()).isNotEmpty().allMatch(line -> line.endsWith(" t"));
      assertThat(run(new Doctor()).out().lines())
          .noneMatch(line -> line.startsWith("failed"))
          .contains(
              "ok       postgres-access  TLS, verified server, on this machine",
              "ok       kafka-access     TLS, a login, on this machine",
              "ok       redis-access     TLS, a login, on this machine");
      assertDone(new WarmerBootstrap());
      assertDone(new Verify(), "--all");
      assertDone(new Replay());
      InputStream in = System.in;
      System.setIn(new ByteArrayInputStream("second\n".getBytes(UTF_8)));
      try {
        assertThat(assertDone(new Validate())).contains("valid l2");
      } finally {
        System.setIn(in);
      }
      stream.stop();
      servers.forbidToCreateTopics();
      stream.start();
      servers.execute(
          "insert into platform.user_sessions (id, token, user_id)"
              + " select gen_random_uuid(), 'third', id from platform.users");
      awaitCached("third", true, stream);
      assertThat(Files.readString(stream.log())).doesNotContain(SECRETS);
    }
    // SETINFO, which this Redis does not know, and how doctor finds out that we may not do more
    assertThat(denied()).containsOnly("client", "config");
    assertThat(number("select count(*) from pg_roles where rolsuper and rolname like 'session_%'"))
        .isZero();
    assertThat(
            number(
                "select count(*) from pg_roles where has_column_privilege(rolname,"
                    + " 'platform.users', 'password_hash', 'select') and rolname like 'session_%'"))
        .isZero();
  }

  /** Two lines would be one too many for an operator; what is wrong has to stand in it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "database.url | PASSWORD | refuses the password of user 'session_cache_stream'",
        "database.url | CA | could not agree on TLS: check sslmode, sslrootcert",
        "database.url | HOST | shows a certificate for another host",
        "redis.url | PASSWORD | refuses us: check user and password",
        "redis.ca | CA | no certificate that we trust",
        "redis.url | HOST | no certificate that we trust, or one for another host",
        "redis.url | NO_TLS_HERE | does it speak TLS if and only if",
        "redis.url | NO_TLS_THERE | does it speak TLS if and only if",
        "kafka.password | PASSWORD | Kafka refuses our login: check kafka.username, kafka.password",
        "kafka.ca | CA | no certificate that we trust, or one for another host",
        "kafka.bootstrap.servers | HOST | no certificate that we trust, or one for another host",
        "kafka.security.protocol | NO_TLS_HERE | speaks TLS (KAFKA_BOOTSTRAP_SERVERS): set kafka.security.protocol"
      })
  void shouldSayInOneLineWhatIsWrongWhenItStarts(String setting, Wrong wrong, String words) {
    CommandRun run =
        CommandRun.of(new CdcStream(), directory, servers.settings(wrong, setting), "--quiet");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).contains(words).doesNotContain(SECRETS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Wrong.class,
      names = {"PASSWORD", "CA", "HOST"})
  void shouldNotTakeAPostgresForAwayWhoseConnectionIsToBeMended(Wrong wrong) {
    DatabaseUrl url =
        DatabaseUrl.parse(servers.settings(wrong, "database.url").getOrDefault("database.url", ""));

    Throwable refused = catchThrowable(() -> PostgresConnections.open(url, "test").close());

    assertThat(refused).isInstanceOf(OperationException.class);
    assertThat(PostgresOutage.is(refused)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN", "SSL"})
  void shouldLogIntoKafkaWhateverTheBrokerAsksFor(String way) {
    CommandRun run = CommandRun.of(new Doctor(), directory, servers.kafkaBy(way));

    assertThat(run.out()).contains("ok       kafka ");
  }

  private String assertDone(Callable<Integer> command, String... args) {
    CommandRun run = run(command, args);
    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.out() + run.err()).doesNotContain(SECRETS);
    return run.out();
  }

  private CommandRun run(Callable<Integer> command, String... args) {
    Map<String, String> settings = new HashMap<>(servers.settings());
    if (!(command instanceof Doctor)) {
      settings.put("database.url", servers.readerDatabase());
    }
    return CommandRun.of(command, directory, settings, args);
  }

  /** All roles in a process of its own, secrets in files. */
  private ChildProcess stream() throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (Map.Entry<String, String> setting : servers.settings().entrySet()) {
      boolean secret = SECRETS.stream().anyMatch(setting.getValue()::contains);
      String variable = ProgramProcess.variable(setting.getKey());
      environment.put(
          secret ? variable + "_FILE" : variable,
          secret
              ? Files.writeString(directory.resolve(setting.getKey()), setting.getValue() + "\n")
                  .toString()
              : setting.getValue());
    }
    environment.put("WARMER_PROJECT_STATE_DIR", directory.resolve("state").toString());
    return new ChildProcess(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CdcStream.class.getName()),
        environment,
        directory.resolve("stream.log"));
  }

  private void awaitCached(String token, boolean cached, ChildProcess stream) {
    byte[] key = ("session:" + token).getBytes(UTF_8);
    await(token)
        .atMost(SOON)
        .until(
            () -> {
              assertThat(stream.isAlive()).as(stream.logTail()).isTrue();
              return servers.redis.exists(key) == (cached ? 1 : 0);
            });
  }

  /** Of all processes that this test has started. */
  private static List<String> commandLines() {
    return ProcessHandle.current()
        .descendants()
        .map(process -> commandLine(Path.of("/proc", Long.toString(process.pid()))))
        .toList();
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  /** Each of our roles with whether it is encrypted. */
  private List<String> connections() throws SQLException {
    try (Statement statement = servers.sql.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select usename || ' ' || application_name || ' ' || case when ssl then 't' else 'f' end"
                    + " from pg_stat_activity join pg_stat_ssl using (pid)"
                    + " where usename like 'session_%'")) {
      Stream.Builder<String> lines = Stream.builder();
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
      return lines.build().collect(Collectors.toList());
    }
  }

  private long number(String query) throws SQLException {
    try (Statement statement = servers.sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** What Redis has refused. */
  private List<String> denied() {
    return servers.redis.aclLog().stream()
        .map(entry -> String.valueOf(entry.get("object")))
        .distinct()
        .toList();
  }
}
