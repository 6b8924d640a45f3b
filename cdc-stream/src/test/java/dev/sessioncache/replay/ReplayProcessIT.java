package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.app.ReplayProcess;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A replay as a process that is killed, or told to stop, and run again. No Postgres is known. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ReplayProcessIT {

  private static final int RECORDS = 150_000;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** A replay that is quick may be done when it is to be ended. */
  private static final int ATTEMPTS = 5;

  @Test
  void shouldKeepWhatWasWrittenWhenItIsKilledAndRunAgain(Stack stack) throws Exception {
    EntriesTopic topic = new EntriesTopic(stack, "replay-killed");
    topic.fill(RECORDS);
    try (LocalRedis server = LocalRedis.start(RedisVersion.V6_2);
        ReplayedRedis redis = new ReplayedRedis(server.url())) {
      Map<String, String> settings = topic.settings(server.url());
      for (int attempt = 0; attempt < ATTEMPTS && !stateIs("running", redis, topic); attempt++) {
        redis.commands().flushall();
        try (ChildProcess killed = start("replay-killed", settings, "--threads=1")) {
          awaitKeys(redis, RECORDS * 2 / 3);
          killed.kill();
        }
      }
      assertThat(stateIs("running", redis, topic)).as("killed before its end").isTrue();

      JsonNode report;
      try (ChildProcess again = start("replay-again", settings, "--quiet", "--json")) {
        report = report(again);
      }

      long kept = report.path("kept").asLong();
      long written = report.path("put").asLong() + report.path("removed").asLong();
      long sessions = topic.live().size() + topic.gone().size();
      assertAllIsReadAndWritten(report);
      assertThat(kept).as(report.toString()).isGreaterThan(sessions / 10);
      assertThat(kept + written).as(report.toString()).isEqualTo(sessions);
      assertThat(report.path("state").asText()).isEqualTo("done");
      redis.assertHolds(topic);
    }
  }

  @Test
  void shouldEndWithItsRecordWhenItIsToldToStop(Stack stack) throws Exception {
    EntriesTopic topic = new EntriesTopic(stack, "replay-stopped");
    topic.fill(RECORDS);
    try (LocalRedis server = LocalRedis.start(RedisVersion.V6_2);
        ReplayedRedis redis = new ReplayedRedis(server.url())) {
      int exit = 0; // it may be done when it is told
      for (int attempt = 0; attempt < ATTEMPTS && exit == 0; attempt++) {
        redis.commands().flushall();
        try (ChildProcess stopped =
            start("replay-stopped", topic.settings(server.url()), "--threads=1")) {
          awaitKeys(redis, RECORDS / 5);
          stopped.stop();
          exit = stopped.exitCode();
        }
      }

      assertThat(exit).isEqualTo(128 + 15);
      assertThat(stateIs("interrupted", redis, topic)).isTrue();
      assertThat(redis.commands().dbsize())
          .isLessThan(2L * topic.live().size() + topic.gone().size());
    }
  }

  /** What a session that is short in the count below may else have become. */
  private static void assertAllIsReadAndWritten(JsonNode report) {
    assertThat(report.path("entries").asLong())
        .as("records read: %s", report)
        .isEqualTo(RECORDS + EntriesTopic.LANES);
    for (String other : List.of("older", "ended", "unreadable")) {
      assertThat(report.path(other).asLong(-1)).as("%s: %s", other, report).isZero();
    }
  }

  private static void awaitKeys(ReplayedRedis redis, long more) {
    await("some is done")
        .pollInterval(Duration.ofMillis(20))
        .atMost(SOON)
        .until(() -> redis.commands().dbsize() > more);
  }

  private static boolean stateIs(String state, ReplayedRedis redis, EntriesTopic topic)
      throws IOException {
    byte[] record = redis.commands().get((topic.lanes.prefix() + ":status:replay").getBytes(UTF_8));
    return record != null
        && new ObjectMapper().readTree(record).path("state").asText().equals(state);
  }

  private static ChildProcess start(String name, Map<String, String> settings, String... options) {
    ChildProcess process = ReplayProcess.of(name, settings, options);
    process.start();
    return process;
  }

  private static JsonNode report(ChildProcess process) throws IOException {
    assertThat(process.endsWithin(SOON)).isTrue();
    assertThat(process.exitCode()).as(process.logTail()).isZero();
    String last = Files.readAllLines(process.log()).stream().reduce("", (a, b) -> b);
    return new ObjectMapper().readTree(last);
  }
}
