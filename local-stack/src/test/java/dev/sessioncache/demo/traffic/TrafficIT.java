package dev.sessioncache.demo.traffic;

import static dev.sessioncache.demo.data.DemoDatabase.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.demo.check.Documents;
import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.DemoDatabase;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
@Timeout(300)
class TrafficIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int SESSIONS = 4_000;

  private final Database database;
  private final Cache cache;
  private final RedisCommands<String, String> redis;

  TrafficIT(Stack stack) throws Exception {
    this.database = DemoDatabase.create(stack, "traffic", SESSIONS);
    this.cache = Cache.at(stack.redisUrl());
    this.redis = cache.connect().sync();
  }

  @BeforeEach
  void emptyTheCache() {
    redis.flushall();
  }

  @AfterEach
  void close() {
    redis.flushall();
    cache.close();
  }

  /** Never faster; slower only while the machine has no time for it. */
  @Test
  void shouldCommitWhatItCountsAtTheRateWhenRunning() throws Exception {
    int rate = 300;
    double perSecond;
    do {
      perSecond = changesPerSecondThatAreCounted(rate);
      assertThat(perSecond).isLessThanOrEqualTo(1.05 * rate);
    } while (perSecond < 0.7 * rate);
  }

  private double changesPerSecondThatAreCounted(int rate) throws Exception {
    long sessionsBefore = number("select count(*) from platform.user_sessions");
    long revokedBefore =
        number("select count(*) from platform.user_sessions where revoked_at is not null");
    long activeBefore = number("select count(*) from platform.users where status = 'active'");
    long started = System.nanoTime();
    ChangeCounts counts;
    double seconds;
    try (LiveSessions live = new LiveSessions(database, Clock.systemUTC(), Duration.ZERO);
        LatencyProbe probe = new LatencyProbe(cache, live, Duration.ZERO);
        Traffic traffic = new Traffic(database, live, probe, Duration.ZERO, rate, 1)) {
      await("900 changes").atMost(SOON).until(() -> traffic.counts().total() >= 900);
      traffic.close();
      seconds = (System.nanoTime() - started) / 1e9;
      counts = traffic.counts();
      traffic.check();
    }

    assertThat(counts.of(ChangeKind.ACTIVITY)).isGreaterThan(counts.total() / 2);
    assertThat(number("select count(*) from platform.user_sessions"))
        .isEqualTo(sessionsBefore + counts.of(ChangeKind.LOGIN) - counts.of(ChangeKind.LOGOUT));
    assertThat(number("select count(*) from platform.user_sessions where revoked_at is not null"))
        .isLessThanOrEqualTo(revokedBefore + counts.of(ChangeKind.REVOCATION))
        .isGreaterThan(revokedBefore);
    assertThat(number("select count(*) from platform.users where status = 'active'"))
        .isEqualTo(activeBefore - counts.of(ChangeKind.BAN));
    return counts.total() / seconds;
  }

  @Test
  void shouldMeasureFromCommitToVisibleWhenAChangeArrivesLate() throws Exception {
    try (LiveSessions live = new LiveSessions(database, Clock.systemUTC(), Duration.ZERO);
        LatencyProbe probe = new LatencyProbe(cache, live, Duration.ZERO);
        ChangeWriter writer = new ChangeWriter(database)) {
      SessionRef session = someSession();
      long began = System.nanoTime();
      Change change = writer.apply(ChangeKind.ACTIVITY, session);
      assertThat(change).isNotNull();
      probe.watch(change);
      String document = documentOf(session);
      // The cache lags by a known time: the change must be seen no earlier.
      await().pollDelay(Duration.ofMillis(200)).until(() -> true);

      redis.set(Cache.key(session.token()), document);

      await("seen").atMost(SOON).until(() -> probe.latency().count() == 1);
      assertThat(probe.latency().p50()).isBetween(200.0, (System.nanoTime() - began) / 1e6);
      assertThat(probe.latency().unseen()).isZero();
    }
  }

  @Test
  void shouldCountHitsAndMissesOfLiveSessionsOnlyWhenReading() throws Exception {
    Map<String, Documents.Live> documents = Documents.allLive(database);
    List<String> dead = List.copyOf(documents.keySet()).subList(0, documents.size() / 2);
    documents.keySet().forEach(token -> redis.set(Cache.key(token), "{}"));
    try (LiveSessions live = new LiveSessions(database, Clock.systemUTC(), Duration.ZERO)) {
      // Behind the back of the ranking: what is deleted must not be counted as missed.
      for (String token : dead) {
        redis.del(Cache.key(token));
      }
      DemoDatabase.execute(
          database,
          "delete from platform.user_sessions where token = any (array['"
              + String.join("','", dead)
              + "'])");

      HitRate afterDeletes = readSome(live);
      redis.flushall();
      HitRate afterFlush = readSome(live);

      assertThat(afterDeletes.rate()).hasValue(1);
      assertThat(afterFlush.rate()).hasValue(0);
    }
  }

  private HitRate readSome(LiveSessions live) {
    try (Readers readers = new Readers(live, application(), Duration.ZERO, 1)) {
      await("reads").atMost(SOON).until(() -> readers.hitRate().reads() >= 100);
      readers.check();
      return readers.hitRate();
    }
  }

  /** One that reads the cache alone, and asks nobody whether it is right. */
  private Validator application() {
    return new Validator() {
      @Override
      public Verdict validate(String token) {
        if (redis.get(Cache.key(token)) != null) {
          return Verdict.HIT;
        }
        return isDeleted(token) ? Verdict.INVALID : Verdict.MISS;
      }

      @Override
      public void close() {}
    };
  }

  private boolean isDeleted(String token) {
    try {
      return number("select count(*) from platform.user_sessions where token = '" + token + "'")
          == 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private SessionRef someSession() throws SQLException {
    return Ranking.load(database).sessions().stream()
        .filter(s -> s.expiresAt().isAfter(Clock.systemUTC().instant().plus(SOON)))
        .findFirst()
        .orElseThrow();
  }

  private String documentOf(SessionRef session) throws SQLException {
    Documents.Live live = Documents.allLive(database).get(session.token());
    assertThat(live).isNotNull();
    return live.document();
  }

  private long number(String sql) throws SQLException {
    return Long.parseLong(query(database, sql));
  }
}
