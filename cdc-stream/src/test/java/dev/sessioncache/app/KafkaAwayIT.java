package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is away, and comes back. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class KafkaAwayIT {

  /** Kafka Streams gives a task up after 5 minutes, unless told otherwise. */
  private static final Duration AWAY = Duration.ofMinutes(6);

  private Stack stack;
  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir) throws Exception {
    this.stack = stack;
    pipeline = new Pipeline(stack, "kafka_away", stateDir);
    pipeline.set("capture.retry.limit", "1");
    pipeline.user("ada", "member");
    pipeline.session("first", "ada");
    pipeline.session("revoked", "ada");
  }

  @AfterEach
  void closePipeline() throws Exception {
    stack.kafka().resume();
    stack.kafka().start();
    pipeline.close();
  }

  /** Longer than any of its clients waits by itself. */
  @Test
  @Tag("soak")
  @Timeout(600)
  void shouldGoOnInAllRolesWhenKafkaIsBackAfterLong() {
    pipeline.start();
    pipeline.awaitCached("first");

    stack.kafka().kill();
    pipeline.session("second", "ada");
    await("it has been away for so long, and nothing has ended")
        .during(AWAY)
        .atMost(AWAY.plus(Pipeline.SOON))
        .until(() -> !pipeline.running().isDone());
    stack.kafka().start();

    pipeline.awaitCached("second"); // fails with what ended the app, if something has
    pipeline.awaitAsInPostgres();
  }

  /** It lapses from Redis meanwhile. */
  @Test
  void shouldNotBringASessionBackThatWasRevokedMeanwhile() throws Exception {
    pipeline.set("staleness.bound", "2s");
    pipeline.set("lease.ttl", "4s");
    pipeline.start();
    pipeline.awaitCached("first");
    pipeline.awaitCached("revoked");
    pipeline.awaitQuiet();

    stack.kafka().kill();
    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = 'revoked'");
    pipeline.awaitGone("revoked");
    await("project is behind")
        .atMost(Pipeline.SOON)
        .until(() -> ready().body().matches("(?s).*\"project\":\"lanes [^\"]* are behind\".*"));
    try (Sightings sightings = new Sightings(pipeline, "revoked")) {
      stack.kafka().start();

      pipeline.awaitAsInPostgres();
      pipeline.awaitCached("first");
      pipeline.awaitQuiet();
      assertThat(sightings.number()).as("sightings of a revoked session").isZero();
    }
    await("ready again").atMost(Pipeline.SOON).until(() -> ready().statusCode() == 200);
  }

  /** Capture would tell of it; where it is not at work nobody else does. */
  @Test
  void shouldSayThatKafkaDoesNotAnswerAndWhenItDoesAgainWithoutCapture() {
    try (LoggedEvents events = new LoggedEvents()) {
      pipeline.start(Role.PROJECT);
      await("started").atMost(Pipeline.SOON).until(() -> events.count("started") == 1);

      stack.kafka().pause();

      await("told") // after how long: KafkaWatchTest
          .atMost(Pipeline.SOON)
          .until(() -> events.count("kafka_does_not_answer") == 1);
      assertThat(events.text())
          .contains(
              "event=kafka_does_not_answer server=\"Kafka at "
                  + stack.kafkaBootstrapServers()
                  + "\"");

      stack.kafka().resume();

      await("told that it does")
          .atMost(Pipeline.SOON)
          .until(() -> events.count("kafka_answers") == 1);
      assertThat(pipeline.running()).isNotDone();
    }
  }

  private HttpResponse<String> ready() throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(pipeline.url().orElseThrow() + "/health/ready"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
