package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the stream does for those who rely on it, on real servers. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class StreamIT {

  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, "stream_" + number, stateDir);
  }

  @AfterEach
  void closePipeline() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldCacheWhatTheBaselineFinds() {
    pipeline.user("ada", "admin");
    pipeline.session("baseline-token", "ada");
    pipeline.start();
    pipeline.awaitCached("baseline-token");

    JsonNode document = pipeline.cached("baseline-token").orElseThrow();

    assertThat(document.path("id").asText()).isEqualTo(Pipeline.uuid("baseline-token"));
    assertThat(document.path("ip_address").asText()).isEqualTo("10.0.0.1");
    assertThat(document.path("data").path("cart").path(1).asInt()).isEqualTo(2);
    assertThat(document.path("user").path("role").asText()).isEqualTo("admin");
  }

  @Test
  void shouldSayOnceThatItHasStoppedAndWhy() {
    try (LoggedEvents events = new LoggedEvents()) {
      pipeline.start(Role.APPLY);
      await("started").atMost(Pipeline.SOON).until(() -> events.count("started") > 0);

      pipeline.stop();

      assertThat(events.count("stopped")).isEqualTo(1);
      assertThat(events.text()).containsPattern("event=stopped ms=\\d+ reason=\"told to stop\"");
    }
  }

  @Test
  void shouldWarmAColdCacheFromPostgresWhenItStarts() {
    pipeline.user("ada", "admin");
    pipeline.session("warmed", "ada");
    pipeline.set("warm.when-cold", "true");

    pipeline.start(Role.CAPTURE);

    pipeline.awaitCached("warmed"); // by nobody else, without the other roles
  }

  @Test
  void shouldNotWarmARedisThatIsWarm() {
    pipeline.user("ada", "admin");
    pipeline.set("warm.when-cold", "true");
    pipeline.start(Role.CAPTURE);
    await("the warm and the baseline have come to their ends")
        .atMost(Pipeline.SOON)
        .until(
            () ->
                pipeline.status("warm").map(Object::toString).orElse("").contains("done")
                    && pipeline.awaitCapture("baseline").path("complete").asBoolean());
    String first = pipeline.status("warm").orElseThrow().toString();
    pipeline.stop();

    try (LoggedEvents events = new LoggedEvents()) {
      pipeline.start(Role.CAPTURE);
      pipeline.awaitCapture("continued"); // it has looked by then

      assertThat(events.count("cold_cache")).isZero();
    }
    assertThat(pipeline.status("warm").orElseThrow()).hasToString(first);
  }

  @Test
  void shouldFollowChangesOfSessionsAndUsers() {
    pipeline.user("bob", "member");
    pipeline.start();
    pipeline.session("live", "bob");
    pipeline.session("revoked", "bob");
    pipeline.session("deleted", "bob");
    pipeline.awaitCached("live");
    pipeline.awaitCached("revoked");
    pipeline.awaitCached("deleted");

    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = 'revoked'");
    pipeline.execute("delete from platform.user_sessions where token = 'deleted'");
    pipeline.execute("update platform.users set role = 'owner'");

    pipeline.awaitGone("revoked");
    pipeline.awaitGone("deleted");
    await("role of the cached session")
        .atMost(Pipeline.SOON)
        .until(
            () ->
                pipeline
                    .cached("live")
                    .map(document -> document.path("user").path("role").asText())
                    .orElse("none"),
            "owner"::equals);
  }

  @Test
  void shouldGoOnWithoutBaselineAfterARestart() {
    pipeline.user("cy", "member");
    pipeline.session("kept", "cy");
    pipeline.session("deleted-meanwhile", "cy");
    pipeline.start();
    pipeline.awaitCached("kept");
    pipeline.awaitCached("deleted-meanwhile");
    long baseline = pipeline.baseline();

    pipeline.stop();
    pipeline.execute("delete from platform.user_sessions where token = 'deleted-meanwhile'");
    pipeline.session("made-meanwhile", "cy");
    pipeline.start();

    pipeline.awaitCached("made-meanwhile");
    pipeline.awaitGone("deleted-meanwhile");
    JsonNode capture = pipeline.awaitCapture("continued");
    assertThat(capture.path("baseline").asLong()).isEqualTo(baseline);
  }

  @Test
  void shouldTakeANewBaselineWhenTheSlotIsGone() {
    pipeline.user("di", "member");
    pipeline.session("kept", "di");
    pipeline.session("deleted-unseen", "di");
    pipeline.start();
    pipeline.awaitCached("kept");
    pipeline.awaitCached("deleted-unseen");
    long baseline = pipeline.baseline();

    pipeline.stop();
    SlotAdmin admin = new SlotAdmin(pipeline);
    admin.awaitNoReader();
    admin.drop();
    pipeline.execute("delete from platform.user_sessions where token = 'deleted-unseen'");
    pipeline.session("made-unseen", "di");
    pipeline.start();

    pipeline.awaitCached("made-unseen");
    pipeline.awaitGone("deleted-unseen");
    assertThat(pipeline.cached("kept")).isPresent();
    JsonNode capture = pipeline.awaitCapture("baseline");
    assertThat(capture.path("reason").asText()).isEqualTo("the slot is gone");
    assertThat(capture.path("baseline").asLong()).isGreaterThan(baseline);
  }

  @Test
  void shouldEmptyTheCacheWhenSessionsAreTruncated() {
    pipeline.user("ed", "member");
    pipeline.user("flo", "member");
    for (int i = 0; i < 20; i++) {
      pipeline.session("truncated-" + i, i % 2 == 0 ? "ed" : "flo");
    }
    pipeline.start();
    await("all cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 20);

    pipeline.execute("truncate platform.user_sessions");

    await("none cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 0);
  }

  @Test
  void shouldReachAllSessionsOfAUser() {
    pipeline.user("gus", "member");
    pipeline.execute(
        "insert into platform.user_sessions (id, token, user_id)"
            + " select gen_random_uuid(), 'many-' || i, '"
            + Pipeline.uuid("gus")
            + "' from generate_series(1, 500) i");
    pipeline.start();
    await("all cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 500);

    pipeline.execute("update platform.users set role = 'owner'");
    pipeline.awaitQuiet();

    for (int i = 1; i <= 500; i++) {
      assertThat(pipeline.cached("many-" + i).orElseThrow().path("user").path("role").asText())
          .isEqualTo("owner");
    }

    pipeline.execute("update platform.users set status = 'banned'");

    await("none cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 0);
  }

  @Test
  void shouldFollowTokenKeyAndOwner() {
    pipeline.user("hal", "member");
    for (int i = 0; i < 8; i++) {
      pipeline.user("heir-" + i, "heir");
    }
    pipeline.session("first", "hal");
    pipeline.start();
    pipeline.awaitCached("first");

    pipeline.execute("update platform.user_sessions set token = 'second'");
    pipeline.awaitGone("first");
    pipeline.awaitCached("second");

    pipeline.execute("update platform.user_sessions set id = '" + Pipeline.uuid("other-id") + "'");
    pipeline.awaitQuiet();
    assertThat(pipeline.cached("second").orElseThrow().path("id").asText())
        .isEqualTo(Pipeline.uuid("other-id"));

    for (int i = 0; i < 8; i++) { // through both lanes
      pipeline.execute(
          "update platform.user_sessions set user_id = '" + Pipeline.uuid("heir-" + i) + "'");
      pipeline.awaitQuiet();
      assertThat(pipeline.cached("second").orElseThrow().path("user_id").asText())
          .isEqualTo(Pipeline.uuid("heir-" + i));
    }

    pipeline.execute("update platform.users set status = 'banned' where display_name <> 'heir-7'");
    pipeline.awaitQuiet();
    assertThat(pipeline.cached("second")).as("only former owners are banned").isPresent();

    pipeline.execute("update platform.users set status = 'banned'");
    pipeline.awaitGone("second");
  }

  @Test
  void shouldKeepAValueThatAnUpdateLeftInItsToastTable() {
    pipeline.user("ida", "member");
    pipeline.session("large", "ida");
    pipeline.execute(
        "update platform.user_sessions set data = (select jsonb_object_agg(i::text, md5(i::text)) from"
            + " generate_series(1, 3000) i)");
    pipeline.start();
    pipeline.awaitCached("large");

    pipeline.execute("update platform.user_sessions set request_count = 7");
    await("the update")
        .atMost(Pipeline.SOON)
        .until(() -> pipeline.cached("large").orElseThrow().path("request_count").asInt() == 7);

    assertThat(pipeline.cached("large").orElseThrow().path("data").size()).isEqualTo(3000);
  }

  @Test
  void shouldHaveOnlyDocumentedTopicsAndKeys(Stack stack) throws Exception {
    pipeline.user("jo", "member");
    pipeline.session("listed", "jo");
    pipeline.start();
    pipeline.awaitCached("listed");
    pipeline.awaitQuiet();
    String topics = Files.readString(Path.of("..", "docs", "topics.md"));
    String keys = Files.readString(Path.of("..", "docs", "redis-keys.md"));

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrapServers()))) {
      assertThat(admin.listTopics().names().get())
          .filteredOn(topic -> topic.startsWith(pipeline.name + "."))
          .hasSize(8)
          .allMatch(
              topic ->
                  topics.contains(
                      "`session-cache" + topic.substring(pipeline.name.length()) + "`"));
    }
    assertThat(pipeline.keys())
        .isNotEmpty()
        .allMatch(
            key ->
                keys.contains(
                    key.replace(pipeline.name + ":session", "session")
                        .replace(pipeline.name + ":", "warmer:")
                        .replace("listed", "<token>")
                        .replaceFirst("instance:.*", "instance:<pid>@<host>")
                        .replaceFirst("(watermark|priority):\\d+", "$1:<lane>")));
  }
}
