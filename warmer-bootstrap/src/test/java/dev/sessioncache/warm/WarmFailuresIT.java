package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bad input and servers that refuse: exit code, one line that says what to do, no secret. */
@ExtendWith(StackExtension.class)
class WarmFailuresIT {

  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Stack stack;
  private final SessionTables tables;

  WarmFailuresIT(Stack stack) throws SQLException {
    this.stack = stack;
    this.tables = new SessionTables(stack, "warm_failures_it");
  }

  @AfterEach
  void close() throws SQLException {
    tables.close();
  }

  @Test
  void shouldRefuseToStartWithoutRedisUrl() {
    assertFailure(WarmRun.of(Map.of("DATABASE_URL", tables.url)), USAGE, "REDIS_URL");
  }

  @Test
  void shouldNameAllProblemsOfTheConfiguration() {
    WarmRun run = WarmRun.of(Map.of("DATABASE_URL", "nonsense"), "--count", "0");

    assertThat(run.exit()).isEqualTo(USAGE);
    assertThat(run.err().lines()).hasSize(3);
    assertThat(run.err()).contains("database.url", "redis.url", "warm.count");
  }

  @Test
  void shouldRefuseAnUnknownOption() {
    assertFailure(warm("--cuont", "5"), USAGE, "--cuont");
  }

  @Test
  void shouldRefuseASettingGivenTwice() {
    assertFailure(warm("--count", "5", "--set", "warm.count=6"), USAGE, "--count");
  }

  @Test
  void shouldRefuseADeadlineThatOutlivesTheGuard() {
    assertFailure(warm("--deadline", "1h"), USAGE, "guard.ttl");
  }

  @Test
  void shouldSayThatThePasswordIsWrong() {
    String url = tables.url.replaceFirst(":[^:@/]+@", ":wrong-secret@");

    WarmRun run = warm(Map.of("DATABASE_URL", url));

    assertFailure(run, FAILED, "password");
    assertThat(run.err()).doesNotContain("wrong-secret");
  }

  @Test
  void shouldSayThatPostgresDoesNotAnswer() {
    String url = tables.url.replaceFirst(":\\d+/", ":1/");

    assertFailure(warm(Map.of("DATABASE_URL", url)), FAILED, "Postgres at 127.0.0.1:1 does not");
  }

  @Test
  void shouldSayThatRedisDoesNotAnswer() {
    WarmRun run = warm(Map.of("REDIS_URL", "redis://user:wrong-secret@127.0.0.1:1"));

    assertFailure(run, FAILED, "does not answer");
    assertThat(run.err()).contains("REDIS_URL").doesNotContain("wrong-secret");
  }

  @Test
  void shouldSayThatRedisRefusesThePassword() {
    WarmRun run = warm(Map.of("REDIS_URL", stack.redisUrl().replace("//", "//user:wrong-secret@")));

    assertFailure(run, FAILED, "user and password"); // it may close the connection first
    assertThat(run.err()).contains("REDIS_URL").doesNotContain("wrong-secret");
  }

  @Test
  void shouldNameTheMissingTable() {
    assertFailure(
        warm("--set", "tables.sessions=platform.sessions"), FAILED, "platform.sessions does not");
  }

  @Test
  void shouldSayWhatToGrantWhenTheRoleMayNotRead() throws SQLException {
    tables.execute(
        """
        drop role if exists warm_it_reader;
        create role warm_it_reader login password 'reader-secret';
        grant usage on schema platform to warm_it_reader
        """);
    String url = tables.url.replaceFirst("//[^@]+@", "//warm_it_reader:reader-secret@");

    WarmRun run = warm(Map.of("DATABASE_URL", url));
    tables.execute("drop owned by warm_it_reader; drop role warm_it_reader");

    assertFailure(run, FAILED, "grant");
    assertThat(run.err()).doesNotContain("reader-secret");
  }

  @Test
  void shouldSayThatTheUserColumnIsTheWrongOne() {
    assertFailure(warm("--set", "session.user=user_agent"), FAILED, "session.user");
  }

  private static void assertFailure(WarmRun run, int exit, String part) {
    assertThat(run.exit()).as(run.err()).isEqualTo(exit);
    assertThat(run.err()).startsWith("warmer: ").contains(part).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  private WarmRun warm(String... args) {
    return WarmRun.of(Map.of("DATABASE_URL", tables.url, "REDIS_URL", stack.redisUrl()), args);
  }

  private WarmRun warm(Map<String, String> changed) {
    return WarmRun.of(
        Map.of(
            "DATABASE_URL", changed.getOrDefault("DATABASE_URL", tables.url),
            "REDIS_URL", changed.getOrDefault("REDIS_URL", stack.redisUrl())));
  }
}
