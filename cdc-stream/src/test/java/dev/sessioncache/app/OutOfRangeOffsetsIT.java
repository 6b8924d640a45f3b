package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The offsets that a group has committed point to where its topic has no records, while changes
 * wait to be read. No change is passed over, and what was deleted does not come back.
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class OutOfRangeOffsetsIT {

  private static final long BEYOND = 1_000_000;
  private static final List<String> USERS = List.of("ada", "bob", "cy");

  private Pipeline pipeline;
  private TopicAdmin topics;
  private LoggedEvents log;

  /** One session is deleted and its guard has lapsed; the rest is cached. */
  @BeforeEach
  void start(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    String name = "range_" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
    pipeline = new Pipeline(stack, name, stateDir);
    topics = new TopicAdmin(stack, pipeline);
    log = new LoggedEvents();
    for (String user : USERS) {
      pipeline.user(user, "member");
      for (String kind : List.of("kept", "first", "second", "long-gone")) {
        pipeline.session(kind + "-" + user, user);
      }
    }
    pipeline.start();
    pipeline.awaitAsInPostgres();
    delete("long-gone");
    pipeline.awaitAsInPostgres();
    for (String user : USERS) {
      String key = pipeline.name + ":session:long-gone-" + user;
      assertThat(pipeline.redis().del(pipeline.name + ":guard:{" + key + "}")).isEqualTo(1);
    }
    pipeline.awaitQuiet();
    pipeline.stop();
  }

  @AfterEach
  void stop() throws Exception {
    log.close();
    topics.close();
    pipeline.close();
  }

  @Test
  void shouldReadAllAgainWhenTheOffsetsAreBeyondTheEnd() {
    leaveUnreadEntries();
    leaveUnreadChanges();
    topics.commit("project", "changes", BEYOND);
    topics.commit("apply", "entries", BEYOND);
    try (Sightings sightings =
        new Sightings(pipeline, "long-gone-ada", "long-gone-bob", "long-gone-cy")) {
      pipeline.start();

      pipeline.awaitQuiet();
      pipeline.awaitAsInPostgres();
      topics.awaitRead("project", "changes");
      assertThat(sightings.number()).as("sightings of deleted sessions").isZero();
    }
    assertThat(log.count("lane_reads_again")).as("lanes read again").isEqualTo(Pipeline.LANES);
    assertThat(topics.committed("project").values()).allMatch(offset -> offset < BEYOND);
  }

  /** So no offset can come to lie before the first record. */
  @Test
  void shouldKeepItsRecordsWhenSomebodyWantsThemDeleted() {
    for (String topic : List.of("changes", "entries")) {
      assertThatThrownBy(() -> topics.deleteRecords(topic))
          .as(topic)
          .hasRootCauseInstanceOf(PolicyViolationException.class);
    }
  }

  /** The removals of some sessions. */
  private void leaveUnreadEntries() {
    pipeline.start(Role.CAPTURE, Role.PROJECT);
    delete("first");
    pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
    new SlotAdmin(pipeline).awaitConfirmed();
    topics.awaitRead("project", "changes");
    pipeline.stop();
  }

  /** The deletions of some more. */
  private void leaveUnreadChanges() {
    pipeline.start(Role.CAPTURE);
    delete("second");
    pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
    new SlotAdmin(pipeline).awaitConfirmed();
    pipeline.stop();
  }

  private void delete(String kind) {
    pipeline.execute("delete from platform.user_sessions where token like '" + kind + "-%'");
  }
}
