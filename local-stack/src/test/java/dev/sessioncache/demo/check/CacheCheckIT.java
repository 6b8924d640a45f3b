package dev.sessioncache.demo.check;

import static dev.sessioncache.demo.data.DemoDatabase.execute;
import static dev.sessioncache.demo.data.DemoDatabase.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.DemoDatabase;
import dev.sessioncache.demo.data.Liveness;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class CacheCheckIT {

  private static final int SESSIONS = 2_000;
  private static final int BUDGET = 400;

  /** A session of the budget that stays live during the test. */
  private static final String SOME_LIVE =
      " from platform.user_sessions s join platform.users u on u.id = s.user_id where "
          + Liveness.LIVE
          + " and s.expires_at > now() + interval '1 hour'"
          + " order by s.last_activity_at desc limit 1";

  private final Stack stack;
  private final Cache cache;
  private Database database;
  private Budget budget;
  private RedisCommands<String, String> redis;
  private Map<String, CachedValue> right;

  @SuppressWarnings("NullAway.Init")
  CacheCheckIT(Stack stack) {
    this.stack = stack;
    this.cache = Cache.at(stack.redisUrl());
  }

  @BeforeAll
  void connect() {
    redis = cache.connect().sync();
  }

  @AfterAll
  void close() {
    redis.flushall();
    cache.close();
  }

  @BeforeEach
  void fillByTheExpectedDocuments() throws Exception {
    database = DemoDatabase.create(stack, "cache_check", SESSIONS);
    right = new TreeMap<>();
    try (Connection connection = database.connect()) {
      budget = Budget.of(connection, BUDGET);
    }
    try (ExpectedSessions expected = new ExpectedSessions(database.connect(), budget)) {
      expected.ofBudget(
          batch ->
              batch.forEach(
                  s ->
                      right.put(
                          s.token(),
                          new CachedValue(
                              s.document(), Math.min(s.millisLeft(), Cache.LEASE.toMillis())))));
    }
    redis.flushall();
    right.forEach((token, value) -> write(token, value));
  }

  @Test
  void shouldFindNothingWhenAllIsRight() throws Exception {
    CheckReport report = check();

    assertThat(report.clean()).isTrue();
    assertThat(report.offenders()).isEmpty();
    assertThat(report.required()).isBetween(BUDGET - 20L, (long) BUDGET);
    assertThat(report.keys()).isEqualTo(BUDGET);
  }

  @Test
  void shouldFindItMissingWhenALiveSessionHasNoValue() throws Exception {
    redis.del(Cache.key(liveToken()));

    assertOffence(check(), Offence.MISSING, liveId());
  }

  @Test
  void shouldFindItDifferentWhenPostgresHasChanged() throws Exception {
    String id = liveId();
    execute(
        database,
        "update platform.users set role = 'owner' where id in (select user_id"
            + " from platform.user_sessions where id = '"
            + id
            + "')");

    CheckReport report = check();

    // The user may have other sessions in the budget.
    assertThat(report.different()).isPositive();
    assertThat(report.missing() + report.dead() + report.wrongTtl()).isZero();
    assertThat(report.offenders()).contains(new Offender(id, "different"));
  }

  @Test
  void shouldFindItDeadWhenTheSessionWasDeleted() throws Exception {
    execute(database, "delete from platform.user_sessions where id = '" + liveId() + "'");

    assertOffence(check(), Offence.DEAD, "(not in Postgres)");
  }

  @Test
  void shouldFindItDeadWhenTheSessionWasRevoked() throws Exception {
    String id = liveId();
    execute(
        database, "update platform.user_sessions set revoked_at = now() where id = '" + id + "'");

    assertOffence(check(), Offence.DEAD, id);
  }

  @Test
  void shouldFindAllDeadWhenTheUserWasDisabled() throws Exception {
    execute(database, "update platform.users set status = 'disabled'");

    CheckReport report = check();

    assertThat(report.dead()).isEqualTo(BUDGET);
    assertThat(report.required()).isZero();
  }

  @Test
  void shouldFindTheTtlWrongWhenAValueNeverExpires() throws Exception {
    String id = liveId();
    redis.persist(Cache.key(liveToken()));

    assertOffence(check(), Offence.WRONG_TTL, id);
  }

  @Test
  void shouldFindADeadKeyWhenItIsBeyondTheBudget() throws Exception {
    write("nobody", new CachedValue("{}", 60_000));

    assertOffence(check(), Offence.DEAD, "(not in Postgres)");
  }

  @Test
  void shouldPrintNoTokenWhenItReports() throws Exception {
    redis.del(Cache.key(liveToken()));

    assertThat(check().toString()).doesNotContain(liveToken());
  }

  private CheckReport check() throws Exception {
    try (CacheCheck check = new CacheCheck(database, cache, budget, Duration.ofMillis(20))) {
      return check.run();
    }
  }

  private static void assertOffence(CheckReport report, Offence offence, String session) {
    assertThat(report.clean()).isFalse();
    assertThat(report.offenders()).containsExactly(new Offender(session, offence.label()));
    assertThat(report.missing() + report.different() + report.dead() + report.wrongTtl())
        .isEqualTo(1);
  }

  private String liveId() throws Exception {
    return query(database, "select s.id" + SOME_LIVE);
  }

  private String liveToken() throws Exception {
    return query(database, "select s.token" + SOME_LIVE);
  }

  private void write(String token, CachedValue value) {
    redis.set(
        Cache.key(token), String.valueOf(value.value()), SetArgs.Builder.px(value.ttlMillis()));
  }
}
