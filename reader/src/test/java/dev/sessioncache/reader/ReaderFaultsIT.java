package dev.sessioncache.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Fault;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.RedisException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a reader tells while something is broken: never what was revoked, and nobody logged out. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ReaderFaultsIT {

  /** Of a stream that falls behind while a test waits. */
  private static final Duration BOUND = Duration.ofSeconds(4);

  /** Postgres is asked soon where Redis does not answer. */
  private static final String REDIS_TIMEOUT = "100ms";

  private final Stack stack;
  private final Servers servers;

  ReaderFaultsIT(Stack stack) throws SQLException {
    this.stack = stack;
    this.servers = new Servers(stack, "reader_faults_it", 7);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldAskPostgresWhileTheStreamIsBehind() throws Exception {
    servers.session("t1");
    servers.setBound(BOUND);
    try (SessionCache sessions = servers.open()) {
      await("it is in memory")
          .pollInterval(Duration.ofMillis(20))
          .atMost(Servers.SOON)
          .until(
              () -> {
                servers.watermark(Duration.ZERO);
                return sessions.check("t1").tier() == Tier.L1;
              });
      servers.revoke("t1"); // which no stream tells

      awaitRefusal(sessions, "t1", BOUND.plusMillis(500));
      await("it goes from Redis").atMost(Servers.SOON).until(() -> !servers.isCached("t1"));
      assertThat(servers.count("session.cache.bypassed")).isPositive();
    }
  }

  @Test
  void shouldLeaveNothingInRedisThatNoStreamWouldTakeAway() throws Exception {
    servers.session("t2");
    servers.watermark(Servers.BOUND.plusSeconds(1));
    try (SessionCache sessions = servers.open()) {
      for (int i = 0; i < 20; i++) {
        assertThat(sessions.check("t2").tier()).isEqualTo(Tier.POSTGRES);
        Thread.sleep(50);
      }
      assertThat(servers.isCached("t2")).isFalse();
    }
  }

  @Test
  void shouldServeWhatIsCachedWhenToldSo() throws Exception {
    servers.session("t3");
    try (SessionCache sessions = servers.open(Map.of("reader.on-stale", "serve"))) {
      awaitTier(sessions, "t3", Tier.L1);
    }
  }

  /** The connection stays open and nothing comes over it any more. */
  @Test
  void shouldRefuseWhatIsRevokedWhileRedisIsSilent() throws Exception {
    URI redis = URI.create(RedisUrl.parse(stack.redisUrl()).value());
    servers.session("t4");
    servers.setBound(BOUND);
    servers.pulse();
    try (FaultProxy proxy = new FaultProxy(redis.getHost(), redis.getPort());
        SessionCache sessions =
            servers.open(
                // The bound alone is to end it.
                Map.of("reader.l1.silence", "5m", "reader.redis.timeout", REDIS_TIMEOUT),
                "redis://" + proxy.host() + ":" + proxy.port() + "/7")) {
      awaitTier(sessions, "t4", Tier.L1);
      proxy.set(Fault.blackhole());
      servers.revoke("t4");
      servers.takeAway("t4");

      awaitRefusal(sessions, "t4", BOUND.plusMillis(700));
      assertThat(proxy.count(Fault.Kind.BLACKHOLE)).isPositive();

      servers.session("t5");
      proxy.set(Fault.none());
      awaitTier(sessions, "t5", Tier.L1);
    }
  }

  /** Even where what is cached is served without any proof. */
  @Test
  void shouldEmptyL1WhenRedisIsSilent() throws Exception {
    URI redis = URI.create(RedisUrl.parse(stack.redisUrl()).value());
    Duration silence = Duration.ofSeconds(2);
    servers.session("t8");
    servers.pulse();
    try (FaultProxy proxy = new FaultProxy(redis.getHost(), redis.getPort());
        SessionCache sessions =
            servers.open(
                Map.of(
                    "reader.l1.silence",
                    silence.toSeconds() + "s",
                    "reader.on-stale",
                    "serve",
                    "reader.redis.timeout",
                    REDIS_TIMEOUT),
                "redis://" + proxy.host() + ":" + proxy.port() + "/7")) {
      awaitTier(sessions, "t8", Tier.L1);
      servers.revoke("t8");
      servers.takeAway("t8");
      await("it is forgotten").atMost(Servers.SOON).until(() -> sessions.validate("t8").isEmpty());
      servers.session("t9");
      awaitTier(sessions, "t9", Tier.L1);
      proxy.set(Fault.blackhole());
      servers.revoke("t9");

      awaitRefusal(sessions, "t9", silence.plusMillis(1_200));
    }
  }

  /** A server that takes the place of another one may have lost what was written last. */
  @Test
  void shouldNotBelieveForAnotherServerWhatWasProvenOfTheFormerOne() throws Exception {
    URI redis = URI.create(RedisUrl.parse(stack.redisUrl()).value());
    try (FaultProxy proxy = new FaultProxy(redis.getHost(), redis.getPort());
        SessionCache sessions =
            servers.open(Map.of(), "redis://" + proxy.host() + ":" + proxy.port() + "/7")) {
      for (int round = 0; round < 5; round++) { // a beat may come in between, and tell
        servers.session("revoked" + round);
        servers.revoke("revoked" + round);
        servers.session("probe" + round);
        servers.watermark(Duration.ZERO);
        awaitTier(sessions, "probe" + round, Tier.L2);

        servers.forgetWatermarks();
        proxy.set(Fault.reset());
        proxy.set(Fault.none());

        long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (System.nanoTime() < until) {
          servers.bringBack("revoked" + round, "probe" + round);
          assertThat(sessions.validate("revoked" + round)).isEmpty();
        }
      }
    }
  }

  @Test
  void shouldAnswerAgainWhenPostgresComesBackFromSilence() throws Exception {
    URI postgres = URI.create(servers.databaseUrl());
    servers.session("t11");
    try (FaultProxy proxy = new FaultProxy(postgres.getHost(), postgres.getPort());
        SessionCache sessions =
            servers.openThrough(
                servers
                    .databaseUrl()
                    .replace(
                        postgres.getHost() + ":" + postgres.getPort(),
                        proxy.host() + ":" + proxy.port()),
                Map.of("reader.timeout", "2s"))) {
      await("answers")
          .atMost(Servers.SOON)
          .ignoreExceptions()
          .until(() -> sessions.validate("t11").isPresent());
      proxy.set(Fault.blackhole());
      for (int i = 0; i < 20; i++) {
        var unused = sessions.validateAsync("x" + i);
      }
      assertThatThrownBy(() -> sessions.validate("t11"))
          .isInstanceOf(SessionUnavailableException.class);

      proxy.set(Fault.reset()); // the old connections would never end
      proxy.set(Fault.none());

      await("answers again")
          .atMost(Servers.SOON)
          .ignoreExceptions()
          .until(() -> sessions.validate("t11").isPresent());
    }
  }

  @Test
  void shouldLogNobodyOutAndSpareItsConnectionsWhenRedisDies() throws Exception {
    int tokens = 2_000;
    servers.execute(
        """
        insert into platform.user_sessions (token, user_id, last_activity_at, expires_at)
        select 'm' || i, '00000000-0000-0000-0000-000000000001', now(), now() + interval '1 day'
        from generate_series(0, %d) i
        """
            .formatted(tokens - 1));
    servers.pulse();
    int most = ReaderSettings.defaults().postgresConnections();
    AtomicLong answered = new AtomicLong();
    try (SessionCache sessions =
        servers.open(Map.of("reader.l1.silence", "1s", "reader.redis.timeout", REDIS_TIMEOUT))) {
      ExecutorService threads = Executors.newFixedThreadPool(16);
      AtomicBoolean enough = new AtomicBoolean();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(
            threads.submit(
                () -> {
                  while (!enough.get()) {
                    int token = ThreadLocalRandom.current().nextInt(tokens);
                    assertThat(sessions.validate("m" + token)).isPresent();
                    answered.incrementAndGet();
                  }
                }));
      }
      await("a warm cache").atMost(Servers.SOON).until(() -> answered.get() > 2 * tokens);
      stack.redis().kill();
      long before = answered.get();
      try {
        for (int i = 0; i < 10; i++) {
          Thread.sleep(200);
          assertThat(servers.readerConnections()).isLessThanOrEqualTo(most);
        }
        await("answered without Redis")
            .atMost(Servers.SOON)
            .until(() -> answered.get() - before > 500);
      } finally {
        stack.redis().start();
      }
      await("Redis answers")
          .atMost(Servers.SOON)
          .ignoreExceptionsInstanceOf(RedisException.class)
          .until(() -> servers.redis.sync().ping().equals("PONG"));
      awaitTier(sessions, "m1", Tier.L1);
      enough.set(true);
      for (Future<?> one : all) {
        one.get(1, TimeUnit.MINUTES);
      }
      threads.shutdown();
      assertThat(servers.count("session.cache.unavailable")).isZero();
    }
  }

  @Test
  void shouldSayThatNobodyCanTellInsteadOfLoggingOut() throws Exception {
    servers.session("t6");
    Map<String, String> narrow =
        Map.of(
            "reader.postgres.connections", "1",
            "reader.postgres.waiting", "1",
            "reader.timeout", "700ms");
    try (SessionCache sessions = servers.open(narrow);
        Connection lock = servers.locked()) {
      CompletableFuture<?> first = sessions.validateAsync("t6").toCompletableFuture();
      CompletableFuture<?> second = sessions.validateAsync("t7").toCompletableFuture();
      for (CompletableFuture<?> one : List.of(first, second)) {
        assertThatThrownBy(() -> one.get(1, TimeUnit.MINUTES))
            .hasCauseInstanceOf(SessionUnavailableException.class);
      }
      assertThatThrownBy(() -> sessions.validate("t6"))
          .isInstanceOf(SessionUnavailableException.class);
      lock.rollback();
      await("answers again")
          .atMost(Servers.SOON)
          .ignoreExceptions()
          .until(() -> sessions.validate("t6").isPresent());
    }
  }

  /**
   * Judges only what is asked: a pause of this machine may come before it, or before its answer.
   */
  private static void awaitRefusal(SessionCache sessions, String token, Duration limit) {
    long from = System.nanoTime();
    await("it is refused")
        .pollInterval(Duration.ofMillis(20))
        .atMost(Servers.SOON)
        .until(
            () -> {
              Duration asked = Duration.ofNanos(System.nanoTime() - from);
              boolean refused = sessions.validate(token).isEmpty();
              if (!refused) {
                assertThat(asked).as("accepted").isLessThan(limit);
              }
              return refused;
            });
  }

  private static void awaitTier(SessionCache sessions, String token, Tier tier) {
    await(tier.label())
        .pollInterval(Duration.ofMillis(20))
        .atMost(Servers.SOON)
        .until(() -> sessions.check(token).tier() == tier);
  }
}
