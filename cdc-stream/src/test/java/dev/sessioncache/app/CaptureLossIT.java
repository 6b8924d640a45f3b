package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.topic.TopicPresence;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What capture can't carry on, or has lost, costs a session its place in the cache at most. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class CaptureLossIT {

  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, "loss_" + number, stateDir);
  }

  @AfterEach
  void closePipeline() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldUncacheASessionOrUserThatIsTooLargeUntilItIsSmallAgain() {
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    pipeline.session("large", "ada");
    pipeline.session("other", "bob");
    pipeline.start();
    pipeline.awaitCached("large");
    pipeline.awaitCached("other");

    pipeline.execute(
        "update platform.user_sessions set data = to_jsonb(repeat('x', 20000000)) where token ="
            + " 'large'");
    pipeline.awaitGone("large");
    pipeline.execute("update platform.user_sessions set request_count = 3");
    pipeline.awaitQuiet();
    assertThat(pipeline.cached("large")).as("its data is not known").isEmpty();
    assertThat(pipeline.cached("other").orElseThrow().path("request_count").asInt()).isEqualTo(3);
    pipeline.execute("update platform.user_sessions set data = '{}' where token = 'large'");
    pipeline.awaitCached("large");

    pipeline.execute(
        "update platform.users set role = repeat('x', 20000000) where display_name = 'bob'");
    pipeline.awaitGone("other");
    pipeline.execute("update platform.users set role = 'owner' where display_name = 'bob'");
    pipeline.awaitCached("other");
  }

  /** A warm reads it from Postgres, where nothing is too large. */
  @Test
  void shouldRevokeATooLargeSessionThatAWarmHasCached() {
    pipeline.user("ada", "member");
    pipeline.session("large", "ada");
    pipeline.start();
    pipeline.awaitCached("large");
    pipeline.execute("update platform.user_sessions set data = to_jsonb(repeat('x', 20000000))");
    pipeline.awaitGone("large");
    pipeline.awaitQuiet();
    try (ChildProcess warm = WarmProcess.of(pipeline.name + "-warm", pipeline.settings())) {
      warm.start();
      assertThat(warm.endsWithin(Pipeline.SOON)).isTrue();
      assertThat(warm.exitCode()).as(warm.logTail()).isZero();
    }
    assertThat(pipeline.cached("large")).isPresent();

    pipeline.execute("update platform.users set status = 'banned'");

    pipeline.awaitGone("large");
  }

  @Test
  void shouldUncacheAllSessionsOfAUserWhoseDeletionCascades() {
    pipeline.user("di", "member");
    pipeline.execute(
        "insert into platform.user_sessions (id, token, user_id) select gen_random_uuid(), 'many-' || i, '"
            + Pipeline.uuid("di")
            + "' from generate_series(1, 2000) i");
    pipeline.start();
    await("all cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 2000);

    pipeline.execute("delete from platform.users");

    await("none cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 0);
  }

  @Test
  void shouldTakeANewBaselineWhenTheTopicOfItsPositionIsLost(Stack stack) throws Exception {
    pipeline.user("cy", "member");
    pipeline.session("kept", "cy");
    pipeline.session("deleted-unseen", "cy");
    pipeline.start();
    pipeline.awaitCached("kept");
    pipeline.awaitCached("deleted-unseen");
    long baseline = pipeline.baseline();

    pipeline.stop();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrapServers()))) {
      admin
          .deleteTopics(List.of(pipeline.name + ".capture"))
          .all()
          .get(Pipeline.SOON.toSeconds(), TimeUnit.SECONDS);
      TopicPresence.await(admin, pipeline.name + ".capture", false);
    }
    pipeline.execute("delete from platform.user_sessions where token = 'deleted-unseen'");
    pipeline.session("made-unseen", "cy");
    pipeline.start();

    pipeline.awaitCached("made-unseen");
    pipeline.awaitGone("deleted-unseen");
    assertThat(pipeline.cached("kept")).isPresent();
    assertThat(pipeline.awaitCapture("baseline").path("baseline").asLong()).isGreaterThan(baseline);
  }
}
