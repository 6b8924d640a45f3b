package dev.sessioncache.app;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka compacts the changes while project is stopped: it starts from what is left of them. When
 * deletions are gone too, it was stopped for longer than it may trust what it holds.
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class CompactedChangesIT {

  private static final Map<String, String> COMPACT_SOON =
      Map.of("segment.ms", "500", "min.cleanable.dirty.ratio", "0.01");

  private static final Map<String, String> DROP_TOMBSTONES = Map.of("delete.retention.ms", "100");
  private static final Map<String, String> KEEP_TOMBSTONES =
      Map.of("delete.retention.ms", Long.toString(Topics.REMOVALS_KEPT.toMillis()));

  private final Lanes lanes = new Lanes(Pipeline.LANES);
  private final String here = userIn(0);
  private final String there = userIn(1);

  private Pipeline pipeline;
  private TopicAdmin topics;
  private TopicReader reader;
  private LoggedEvents log;

  @BeforeEach
  void start(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    String name = "compacted_" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
    pipeline = new Pipeline(stack, name, stateDir);
    topics = new TopicAdmin(stack, pipeline);
    topics.configureBrokers(Map.of("log.cleaner.backoff.ms", "200"));
    reader = new TopicReader(stack);
    log = new LoggedEvents();
    pipeline.user(here, "member");
    pipeline.user(there, "member");
    for (String token : List.of("kept", "changed", "moved", "deleted", "revoked")) {
      pipeline.session(token, here);
    }
    pipeline.session("deleted-there", there);
    pipeline.start();
    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
    pipeline.stop();
  }

  @AfterEach
  void stop() throws Exception {
    topics.configureBrokers(Map.of("log.cleaner.backoff.ms", ""));
    log.close();
    topics.close();
    pipeline.close();
  }

  @Test
  void shouldEndAsPostgresIsWhenOnlyTombstonesAreLeft() {
    changeWithoutProject();
    pipeline.execute("update platform.users set role = 'admin'"); // of a session that has left too
    new SlotAdmin(pipeline).awaitConfirmed();
    await("only tombstones are left")
        .atMost(Pipeline.SOON)
        .until(
            () -> rowsIn(0, "deleted", "moved").isEmpty() && rowsIn(1, "deleted-there").isEmpty());
    assertThat(tombstonesIn(0)).contains("deleted", "moved");
    assertThat(tombstonesIn(1)).contains("deleted-there");
    pipeline.stop();

    pipeline.start();

    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
    assertThat(pipeline.cached("moved").orElseThrow().path("user").path("display_name").asText())
        .isEqualTo(there);
  }

  @Test
  void shouldForgetWhatItHeldWhenDeletionsAreGone() {
    changeWithoutProject();
    topics.configure("changes", DROP_TOMBSTONES);
    await("nothing is left of the deleted")
        .atMost(Pipeline.SOON.multipliedBy(2))
        .until(
            () ->
                rowsIn(0, "deleted").isEmpty()
                    && rowsIn(1, "deleted-there").isEmpty()
                    && tombstonesIn(0).isEmpty()
                    && tombstonesIn(1).isEmpty());
    pipeline.stop();
    topics.configure("changes", KEEP_TOMBSTONES); // or it would be refused
    assertThat(pipeline.cached("deleted")).as("still cached").isPresent();

    pipeline.clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(6).plusHours(1));
    pipeline.start();
    pipeline.awaitGone("deleted");
    pipeline.awaitGone("deleted-there");
    assertThat(log.count("lane_was_stopped_for_too_long")).isEqualTo(Pipeline.LANES);
    pipeline.stop();
    new SlotAdmin(pipeline).drop();
    pipeline.clock = Clock.systemUTC();
    try (Sightings sightings = new Sightings(pipeline, "deleted", "deleted-there")) {
      pipeline.start();

      pipeline.awaitQuiet();
      pipeline.awaitAsInPostgres();
      assertThat(sightings.number()).as("sightings of deleted sessions").isZero();
    }
  }

  /** Leaves capture running: its pulses let Kafka begin new segments. */
  private void changeWithoutProject() {
    topics.configure("changes", COMPACT_SOON);
    pipeline.start(Role.CAPTURE);
    for (int i = 0; i < 3; i++) {
      pipeline.execute(
          "update platform.user_sessions set request_count = request_count + 1"
              + " where token <> 'kept'");
    }
    pipeline.execute(
        "update platform.user_sessions set user_id = '"
            + Pipeline.uuid(there)
            + "' where token = 'moved'");
    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = 'revoked'");
    pipeline.execute("delete from platform.user_sessions where token like 'deleted%'");
    new SlotAdmin(pipeline).awaitConfirmed();
  }

  private Set<String> rowsIn(int lane, String... tokens) {
    Set<String> keys = List.of(tokens).stream().map(CompactedChangesIT::key).collect(toSet());
    return lane(lane).stream()
        .filter(record -> record.value() != null && keys.contains(record.key()))
        .map(record -> record.key())
        .collect(toSet());
  }

  /** Sessions of which the lane holds a tombstone. */
  private Set<String> tombstonesIn(int lane) {
    Set<String> keys =
        lane(lane).stream()
            .filter(record -> record.value() == null)
            .map(ConsumerRecord::key)
            .collect(toSet());
    return List.of("moved", "deleted", "deleted-there").stream()
        .filter(token -> keys.contains(key(token)))
        .collect(toSet());
  }

  private List<ConsumerRecord<String, byte[]>> lane(int lane) {
    return reader.all(List.of(topics.lanes("changes").get(lane)));
  }

  private static String key(String token) {
    return "user_sessions/" + Pipeline.uuid(token);
  }

  private String userIn(int lane) {
    return IntStream.range(0, 100)
        .mapToObj(i -> "user" + i)
        .filter(user -> lanes.of(Pipeline.uuid(user)) == lane)
        .findFirst()
        .orElseThrow();
  }
}
