package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Changes of large values and of many rows at once, seen in the cache. */
@ExtendWith(StackExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class LargeChangesIT {

  private static final int SESSIONS = 2_000;
  private static final int HEIRS = 4;
  private static final int VALUE_CHARACTERS = 4000 * 32;

  private Pipeline pipeline;

  @BeforeAll
  void startPipeline(Stack stack, @TempDir Path stateDir) throws Exception {
    pipeline = new Pipeline(stack, "large_changes", stateDir);
    pipeline.start();
  }

  @AfterAll
  void closePipeline() throws Exception {
    pipeline.close();
  }

  /** In another lane an unchanged value of 100 kB is not known: then the session is not cached. */
  @Test
  void shouldNeverCacheThePlaceholderOfAnUnchangedValue() {
    for (int i = 0; i < HEIRS; i++) { // of both lanes
      pipeline.user("heir-" + i, "member");
    }
    pipeline.session("large", "heir-0");
    setLarge("user_agent = (select string_agg(md5(i::text), '') from generate_series(1, 4000) i)");
    assertThat(
            pipeline.number("select max(pg_column_size(user_agent)) from platform.user_sessions"))
        .isGreaterThan(100_000);
    awaitLargeOf(VALUE_CHARACTERS);

    int uncached = 0;
    for (int i = 0; i < HEIRS; i++) {
      setLarge("user_id = '" + Pipeline.uuid("heir-" + i) + "'");
      pipeline.awaitQuiet();
      assertThat(pipeline.values()).noneMatch(value -> value.contains(ChangeFormat.UNCHANGED));
      Optional<JsonNode> document = pipeline.cached("large");
      uncached += document.isEmpty() ? 1 : 0;
      document.ifPresent(
          row -> assertThat(row.path("user_agent").asText()).hasSize(VALUE_CHARACTERS));
    }
    assertThat(uncached).as("the session has been in a lane that did not know it").isPositive();

    setLarge("user_agent = user_agent || 'x'");
    awaitLargeOf(VALUE_CHARACTERS + 1);
  }

  @Test
  void shouldRemoveAllSessionsOfADeletedUser() {
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    pipeline.session("of-bob", "bob");
    pipeline.execute(
        "insert into platform.user_sessions (id, token, user_id) select gen_random_uuid(), 'many-'"
            + " || i, '"
            + Pipeline.uuid("ada")
            + "' from generate_series(1, "
            + SESSIONS
            + ") i");
    await("all cached").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() > SESSIONS);

    pipeline.execute("delete from platform.users where display_name = 'ada'");

    await("few left").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() <= 2);
    assertThat(pipeline.cached("of-bob")).isPresent();
    pipeline.execute("truncate platform.users cascade");
    await("none left").atMost(Pipeline.SOON).until(() -> pipeline.cachedSessions() == 0);
  }

  private void setLarge(String assignment) {
    pipeline.execute("update platform.user_sessions set " + assignment + " where token = 'large'");
  }

  private void awaitLargeOf(int characters) {
    await("a value of " + characters + " characters")
        .atMost(Pipeline.SOON)
        .until(
            () ->
                pipeline
                        .cached("large")
                        .map(row -> row.path("user_agent").asText().length())
                        .orElse(0)
                    == characters);
  }
}
