package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a reader tells while all servers are up. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class SessionCacheIT {

  /** A session leaves memory only when Redis tells that it has changed. */
  private static final Map<String, String> UNTIL_TOLD =
      Map.of("reader.l1.silence", "5m", "reader.on-stale", "serve");

  private final Servers servers;

  SessionCacheIT(Stack stack) throws SQLException {
    servers = new Servers(stack, "session_cache_it", 6);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldReadPostgresOnceThenRedisThenMemory() throws Exception {
    servers.session("t1");
    servers.pulse();
    try (SessionCache sessions = servers.open()) {
      awaitTracking(sessions);
      Answer first = sessions.check("t1");
      assertThat(first.tier()).isEqualTo(Tier.POSTGRES);
      assertThat(first.session().orElseThrow().json()).contains("\"role\":\"admin\"");

      await("it is filled") // once: another fill would take it out of memory again
          .pollInterval(Duration.ofMillis(20))
          .atMost(Servers.SOON)
          .until(() -> servers.isCached("t1"));
      assertThat(sessions.check("t1").tier()).isEqualTo(Tier.L2);
      Answer third = sessions.check("t1");
      assertThat(third.tier()).isEqualTo(Tier.L1);
      assertThat(third.session()).isEqualTo(first.session());
      assertThat(servers.redis.sync().get("session:t1".getBytes(UTF_8)))
          .isEqualTo(first.session().orElseThrow().json().getBytes(UTF_8));
    }
  }

  @Test
  void shouldRefuseWhatIsNoValidSession() throws Exception {
    servers.session("banned", 2, "now()", "now() + interval '7 days'");
    servers.session("expired", 1, "now()", "now() - interval '1 second'");
    servers.session("revoked");
    servers.revoke("revoked");
    servers.pulse();
    try (SessionCache sessions = servers.open()) {
      for (String token : List.of("banned", "expired", "revoked", "unknown", "", "a b", "{x}")) {
        assertThat(sessions.validate(token)).as(token).isEmpty();
      }
      servers.awaitFills(sessions);
      assertThat(servers.cached()).containsExactly("session:filled");
    }
  }

  /** It is not kept warm, but its user is not logged out. */
  @Test
  void shouldAcceptWhatHasNotBeenUsedForLong() throws Exception {
    servers.session("slow", 1, "now() - interval '3 days'", "now() + interval '7 days'");
    servers.pulse();
    try (SessionCache sessions = servers.open()) {
      assertThat(sessions.validate("slow")).isPresent();
      assertThat(sessions.check("slow").tier()).isEqualTo(Tier.POSTGRES);
      servers.awaitFills(sessions);
      assertThat(servers.isCached("slow")).isFalse();
    }
  }

  @Test
  void shouldRefuseFromMemoryWhatTheStreamHasTakenAway() throws Exception {
    servers.session("t2");
    servers.pulse();
    try (SessionCache sessions = servers.open(UNTIL_TOLD)) {
      awaitTier(sessions, "t2", Tier.L1);

      servers.revoke("t2");
      servers.takeAway("t2");

      await("it is refused")
          .pollInterval(Duration.ofMillis(5))
          .atMost(Servers.SOON)
          .until(() -> sessions.validate("t2").isEmpty());
    }
  }

  @Test
  void shouldForgetAllWhenRedisIsEmptied() throws Exception {
    servers.session("t3");
    servers.pulse();
    try (SessionCache sessions = servers.open(UNTIL_TOLD)) {
      awaitTier(sessions, "t3", Tier.L1);

      servers.revoke("t3");
      servers.redis.sync().flushall();

      await("it is refused")
          .pollInterval(Duration.ofMillis(5))
          .atMost(Servers.SOON)
          .until(() -> sessions.validate("t3").isEmpty());
    }
  }

  @Test
  void shouldEndASessionInMemoryAtItsOwnEnd() throws Exception {
    servers.pulse();
    try (SessionCache sessions = servers.open()) {
      int seconds = 4;
      while (!endsInMemory(sessions, seconds)) {
        seconds *= 2;
      }
    }
  }

  /** Returns false when the session was over before memory held it. */
  private boolean endsInMemory(SessionCache sessions, int seconds) throws SQLException {
    String token = "short" + seconds;
    Instant end = Instant.now().plusSeconds(seconds);
    servers.session(token, 1, "now()", "'" + end + "'");
    Answer before =
        await("in memory, or over")
            .pollInterval(Duration.ofMillis(20))
            .atMost(Servers.SOON)
            .until(
                () -> {
                  // Or its end would be told.
                  servers.redis.sync().persist(("session:" + token).getBytes(UTF_8));
                  return check(sessions, token, end);
                },
                answer -> answer.session().isEmpty() || answer.tier() == Tier.L1);
    if (before.session().isEmpty()) {
      return false;
    }
    await("its end")
        .pollInterval(Duration.ofMillis(5))
        .atMost(Servers.SOON.plusSeconds(seconds))
        .until(() -> check(sessions, token, end).session().isEmpty());
    return true;
  }

  /** Never refused clearly before the end, nor accepted when asked clearly after it. */
  private static Answer check(SessionCache sessions, String token, Instant end) {
    Instant asked = Instant.now();
    Answer answer = sessions.check(token);
    if (answer.session().isPresent()) {
      assertThat(asked).as("accepted").isBefore(end.plusMillis(500));
    } else {
      assertThat(Instant.now()).as("refused").isAfter(end.minusMillis(200));
    }
    return answer;
  }

  @Test
  void shouldAskPostgresOnceForAllWhoWaitForTheSameToken() throws Exception {
    servers.session("t4");
    servers.pulse();
    try (SessionCache sessions = servers.open();
        Connection lock = servers.locked()) {
      List<CompletableFuture<Optional<Session>>> all =
          IntStream.range(0, 50)
              .mapToObj(i -> sessions.validateAsync("t4").toCompletableFuture())
              .toList();
      assertThat(servers.count("session.cache.shared.loads")).isEqualTo(49);
      await("a query").atMost(Servers.SOON).until(() -> servers.readersThatWait() > 0);
      assertThat(servers.readersThatWait()).isEqualTo(1);
      lock.rollback();

      for (CompletableFuture<Optional<Session>> one : all) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isPresent();
      }
    }
  }

  /** Also where the one who has begun waits himself. */
  @Test
  void shouldAnswerAllWhoShareTheLoadOfAThreadThatWaits() throws Exception {
    servers.session("t10");
    servers.pulse();
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try (SessionCache sessions = servers.open();
        Connection lock = servers.locked()) {
      List<CompletableFuture<Optional<Session>>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(CompletableFuture.supplyAsync(() -> sessions.validate("t10"), threads));
      }
      await("the others share it")
          .atMost(Servers.SOON)
          .until(() -> servers.count("session.cache.shared.loads") == 9);
      all.add(sessions.validateAsync("t10").toCompletableFuture());
      await("a query").atMost(Servers.SOON).until(() -> servers.readersThatWait() > 0);
      assertThat(servers.readersThatWait()).isEqualTo(1);
      lock.rollback();

      for (CompletableFuture<Optional<Session>> one : all) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isPresent();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Neither on one that Redis or Postgres is read with, nor on one that is made for it. */
  @Test
  void shouldGoOnOnAThreadThatNobodyWaitsFor() throws Exception {
    servers.session("t6");
    try (SessionCache sessions = servers.open();
        Connection lock = servers.locked()) {
      CompletableFuture<String> thread =
          sessions
              .validateAsync("t6")
              .thenApply(session -> Thread.currentThread().getName())
              .toCompletableFuture();
      lock.rollback();

      assertThat(thread.get(1, TimeUnit.MINUTES)).startsWith("session-cache-answers-");
    }
  }

  /** On a machine of two cores there are two such threads. */
  @Test
  void shouldGoOnWhenAllWhoGoOnWaitForOneMoreAnswer() throws Exception {
    servers.session("t7");
    try (SessionCache sessions = servers.open();
        Connection lock = servers.locked()) {
      List<CompletableFuture<Boolean>> all =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      sessions
                          .validateAsync("t7")
                          .thenApply(it -> sessions.validateAsync("other" + i))
                          .thenApply(other -> other.toCompletableFuture().join().isEmpty())
                          .toCompletableFuture())
              .toList();
      lock.rollback();

      for (CompletableFuture<Boolean> one : all) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isTrue();
      }
    }
  }

  @Test
  void shouldTellASessionThatHasJustBegunWhateverWasAskedBefore() throws Exception {
    servers.pulse();
    try (SessionCache sessions = servers.open(Map.of("reader.miss.max-age", "1m"))) {
      awaitTracking(sessions);
      servers.session("t8");
      servers.revoke("t8");
      assertThat(sessions.validate("t8")).isEmpty();
      servers.execute("update platform.user_sessions set revoked_at = null where token = 't8'");

      assertThat(sessions.warm("t8").toCompletableFuture().get(1, TimeUnit.MINUTES)).isPresent();

      assertThat(sessions.validate("t8")).isPresent();
    }
  }

  @Test
  void shouldLeaveNobodyWaitingWhenItIsClosed() throws Exception {
    servers.session("t9");
    servers.pulse();
    List<CompletableFuture<?>> all = new ArrayList<>();
    SessionCache sessions = servers.open(Map.of("reader.timeout", "5m")); // its close ends it
    try (Connection lock = servers.locked()) {
      for (int i = 0; i < 50; i++) {
        all.add(sessions.validateAsync("x" + i).toCompletableFuture());
        all.add(sessions.invalidate("y" + i).toCompletableFuture());
      }
      sessions.close();
      lock.rollback();
    }
    all.add(sessions.validateAsync("t9").toCompletableFuture());
    all.add(sessions.invalidate("t9").toCompletableFuture());
    for (CompletableFuture<?> one : all) {
      assertThatThrownBy(() -> one.get(1, TimeUnit.MINUTES))
          .hasCauseInstanceOf(SessionUnavailableException.class);
    }
    assertThatThrownBy(() -> sessions.validate("t9"))
        .isInstanceOf(SessionUnavailableException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void shouldNotAskAgainAtOnceForATokenThatIsNone() throws Exception {
    servers.pulse();
    try (SessionCache sessions = servers.open(Map.of("reader.miss.max-age", "1m"))) {
      awaitTracking(sessions);
      assertThat(sessions.check("later").tier()).isEqualTo(Tier.POSTGRES);
      assertThat(sessions.check("later").tier()).isEqualTo(Tier.L1);

      servers.session("later");
      try (SessionCache other = servers.open()) {
        await("Redis holds it")
            .atMost(Servers.SOON)
            .until(
                () -> {
                  other.warm("later").toCompletableFuture().get(1, TimeUnit.MINUTES);
                  return servers.isCached("later");
                });
      }

      await("it is known")
          .atMost(Duration.ofSeconds(20)) // less than its max-age
          .until(() -> sessions.validate("later").isPresent());
    }
  }

  /** Postgres takes them for the same; Redis would keep a key that nobody takes away. */
  @Test
  void shouldCacheATokenInItsOwnSpellingOnly() throws Exception {
    String token = "0a1b2c3d-0000-4000-8000-00000000abcd";
    servers.execute("alter table platform.user_sessions alter token type uuid using token::uuid");
    servers.session(token);
    servers.pulse();
    try (SessionCache sessions = servers.open()) {
      for (int i = 0; i < 5; i++) {
        assertThat(sessions.check(token.toUpperCase(Locale.ROOT)).tier()).isEqualTo(Tier.POSTGRES);
      }
      assertThat(sessions.validate(token.toUpperCase(Locale.ROOT))).isPresent();
      assertThat(sessions.validate("no uuid")).isEmpty();
      awaitTier(sessions, token, Tier.L1);
      assertThat(servers.isCached(token)).isTrue();
      assertThat(servers.isCached(token.toUpperCase(Locale.ROOT))).isFalse();
    }
  }

  @Test
  void shouldRefuseASessionWithoutAUser() throws Exception {
    servers.execute(
        "alter table platform.user_sessions drop constraint user_sessions_user_id_fkey");
    servers.session("orphan", 9, "now()", "now() + interval '7 days'");
    servers.pulse();
    try (SessionCache sessions = servers.openWithoutStatus()) {
      assertThat(sessions.validate("orphan")).isEmpty();
      servers.awaitFills(sessions);
      assertThat(servers.isCached("orphan")).isFalse();
    }
  }

  @Test
  void shouldTakeASessionOutOfAllReadersAtOnce() throws Exception {
    servers.session("t5");
    servers.pulse();
    try (SessionCache one = servers.open(UNTIL_TOLD);
        SessionCache other = servers.open(UNTIL_TOLD)) {
      awaitTier(one, "t5", Tier.L1);
      awaitTier(other, "t5", Tier.L1);

      servers.revoke("t5");
      one.invalidate("t5").toCompletableFuture().get(1, TimeUnit.MINUTES);

      assertThat(one.validate("t5")).isEmpty();
      await("the other one refuses it")
          .pollInterval(Duration.ofMillis(5))
          .atMost(Servers.SOON)
          .until(() -> other.validate("t5").isEmpty());
      assertThat(servers.isCached("t5")).isFalse();
    }
  }

  @Test
  void shouldFillMemoryAtTheStart() throws Exception {
    servers.pulse();
    for (int i = 0; i < 20; i++) {
      servers.session("hot" + i);
    }
    try (SessionCache first = servers.open()) {
      for (int i = 0; i < 20; i++) {
        awaitTier(first, "hot" + i, Tier.L2);
        servers
            .redis
            .sync()
            .zadd("warmer:priority:1".getBytes(UTF_8), i, ("session:hot" + i).getBytes(UTF_8));
      }
    }
    try (SessionCache sessions = servers.open()) {
      await("all are in memory")
          .atMost(Servers.SOON)
          .until(() -> servers.meters.get("session.cache.l1.size").gauge().value() >= 20);
      assertThat(sessions.check("hot7").tier()).isEqualTo(Tier.L1);
    }
  }

  private static void awaitTier(SessionCache sessions, String token, Tier tier) {
    await(tier.label())
        .pollInterval(Duration.ofMillis(20))
        .atMost(Servers.SOON)
        .until(() -> sessions.check(token).tier() == tier);
  }

  private static void awaitTracking(SessionCache sessions) {
    awaitTier(sessions, "none", Tier.L1);
  }
}
