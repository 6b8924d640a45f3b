package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.verify.Corruptions;
import dev.sessioncache.verify.VerifyRun;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Verifying beside the running stream: what is in flight is no drift. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class VerifyStreamIT {

  private static final int SESSIONS = 200;
  private static final int USERS = 20;

  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, "verify_stream_" + number, stateDir);
    pipeline.set("lease.ttl", "1h"); // nobody renews it
    pipeline.set("guard.ttl", "3h");
    pipeline.set("staleness.bound", "10s");
    IntStream.range(0, USERS).forEach(i -> pipeline.user("u" + i, "member"));
    IntStream.range(0, SESSIONS).forEach(i -> pipeline.session("t" + i, "u" + i % USERS));
  }

  @AfterEach
  void closePipeline() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldMendWhatIsSpoiledBesideALiveStream() {
    startAndFill();
    Corruptions spoiled = Corruptions.make(pipeline.redis(), keys(0, 30), key(""), 10);

    VerifyRun repaired = verify("--all", "--repair");
    VerifyRun after = verify("--all");

    spoiled.assertFound(repaired);
    assertThat(repaired.number("/repaired")).isEqualTo(40);
    assertThat(repaired.exit()).as(repaired.out()).isZero();
    assertThat(after.exit()).as(after.out()).isZero();
    assertThat(after.number("/right")).isEqualTo(SESSIONS);
  }

  @Test
  void shouldTakeNoChangeInFlightForDrift() throws Exception {
    startAndFill();
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> change(over));
    long inFlight = 0;
    try {
      for (int i = 0; i < 5; i++) {
        VerifyRun run = verify("--all");
        assertThat(run.number("/missing") + run.number("/stale") + run.number("/orphaned"))
            .as(run.out())
            .isZero();
        assertThat(run.number("/behind")).as(run.out()).isZero();
        inFlight += run.number("/in_flight");
      }
    } finally {
      over.set(true);
      writer.join();
    }
    assertThat(inFlight).as("differences that were no drift").isPositive();
    pipeline.awaitQuiet();
    VerifyRun quiet = verify("--all");
    assertThat(quiet.exit()).as(quiet.out()).isZero();
  }

  @Test
  void shouldSayNothingOfALaneThatStandsStill() {
    startAndFill();
    pipeline.stop();
    pipeline.set("staleness.bound", "2s");
    List<String> ofLane0 = keysOfLane(0);
    List<String> ofLane1 = keysOfLane(1);
    letLanePass(1);
    ofLane0.subList(0, 3).forEach(pipeline.redis()::del);
    ofLane1.subList(0, 2).forEach(pipeline.redis()::del);

    VerifyRun run = verify("--all", "--repair");

    assertThat(run.exit()).as(run.out()).isEqualTo(3);
    assertThat(run.number("/behind")).isEqualTo(3);
    assertThat(run.json("/behind_lanes/0")).isEqualTo("0");
    assertThat(run.number("/missing")).isEqualTo(2);
    assertThat(run.number("/repaired")).isEqualTo(2);
    assertThat(pipeline.redis().exists(ofLane0.get(0))).isZero();
  }

  @Test
  void shouldVerifyInTheBackgroundOfTheStream() {
    pipeline.set("verify.rate", "2000");
    pipeline.set("verify.repair", "true");
    try (LoggedEvents events = new LoggedEvents()) {
      startAndFill();
      await("a round without drift")
          .atMost(Pipeline.SOON)
          .until(() -> lastRound().path("right").asLong() == SESSIONS);
      long driftBefore = events.count("drift");
      pipeline.redis().del(key("t7"));

      pipeline.awaitCached("t7");

      await("it is told")
          .atMost(Pipeline.SOON)
          .until(() -> events.count("drift") > driftBefore && events.count("verified") > 0);
    }
  }

  private JsonNode lastRound() {
    return pipeline
        .status("verify")
        .filter(status -> status.path("state").asText().equals("done"))
        .orElse(MissingNode.getInstance());
  }

  private void startAndFill() {
    pipeline.start();
    await("all are cached")
        .atMost(Pipeline.SOON)
        .until(() -> pipeline.cachedSessions() == SESSIONS);
    pipeline.awaitQuiet();
  }

  private VerifyRun verify(String... options) {
    pipeline.throwIfEnded();
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--json";
    all[options.length + 1] = "--quiet";
    return VerifyRun.of(pipeline.settings(), all);
  }

  private String key(String token) {
    return pipeline.name + ":session:" + token;
  }

  private List<String> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> key("t" + i)).toList();
  }

  private List<String> keysOfLane(int lane) {
    return IntStream.range(0, SESSIONS)
        .filter(i -> new Lanes(Pipeline.LANES).of(Pipeline.uuid("u" + i % USERS)) == lane)
        .mapToObj(i -> key("t" + i))
        .toList();
  }

  /** As if its pulses went on. */
  private void letLanePass(int lane) {
    pipeline
        .redis()
        .set(
            pipeline.name + ":watermark:" + lane,
            "{\"at_ms\":%d,\"lanes\":%d,\"bound_ms\":2000}"
                .formatted(pipeline.nowMillis() + 3_600_000, Pipeline.LANES));
  }

  /** Activity, revocations, new sessions and users that are banned and come back. */
  private void change(AtomicBoolean over) {
    try (Connection connection = pipeline.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; !over.get(); i++) {
        statement.execute(
            "update platform.user_sessions set request_count = request_count + 1 where id in"
                + " (select id from platform.user_sessions order by random() limit 10)");
        int one = i % SESSIONS;
        statement.execute(
            "update platform.user_sessions set revoked_at = case when revoked_at is null then now()"
                + " end where token = 't%d'".formatted(one));
        statement.execute(
            "update platform.users set status = case status when 'active' then 'banned' else 'active'"
                + " end where id = '%s'".formatted(Pipeline.uuid("u" + i % 3)));
        statement.execute(
            ("insert into platform.user_sessions (id, token, user_id) values (gen_random_uuid(),"
                    + " 'new%d', '%s')")
                .formatted(i, Pipeline.uuid("u5")));
        statement.execute(
            "delete from platform.user_sessions where token = 'new%d'".formatted(i - 20));
        Thread.sleep(20); // else the lanes fall behind, and there is nothing to be said of them
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
