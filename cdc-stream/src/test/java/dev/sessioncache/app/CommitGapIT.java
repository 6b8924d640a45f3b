package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed when Redis has its writes and Kafka has not yet its commit: the writes are
 * repeated and change nothing.
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class CommitGapIT {

  private static final List<String> TOKENS = List.of("s0", "s1", "s2", "s3");

  /** Commits come once a second and once in half a second, so most attempts meet the gap. */
  private static final int ATTEMPTS = 10;

  private Pipeline pipeline;
  private TopicAdmin topics;
  private TopicReader reader;
  private ChildProcess project;
  private ChildProcess apply;
  private long changes;

  @BeforeEach
  void start(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    String name = "gap_" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
    pipeline = new Pipeline(stack, name, stateDir);
    topics = new TopicAdmin(stack, pipeline);
    reader = new TopicReader(stack);
    project = AppProcess.of(name + "-project", pipeline.settings(), "project");
    apply = AppProcess.of(name + "-apply", pipeline.settings(), "apply");
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    for (String token : TOKENS) {
      pipeline.session(token, TOKENS.indexOf(token) % 2 == 0 ? "ada" : "bob");
    }
    pipeline.start(Role.CAPTURE);
    project.start();
    apply.start();
    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
  }

  @AfterEach
  void stop() throws Exception {
    project.close();
    apply.close();
    topics.close();
    pipeline.close();
  }

  @Test
  void shouldRepeatItsWritesWithoutChangeWhenApplyIsKilledBeforeItsCommit() {
    try (NewestSeen seen = new NewestSeen(pipeline, TOKENS)) {
      List<ConsumerRecord<String, byte[]>> gap = killInTheGap(apply, this::notAcknowledged);
      pipeline.redis().del(pipeline.name + ":status:apply"); // what the killed one has counted

      apply.start();

      await("writes repeated")
          .atMost(Pipeline.SOON)
          .until(() -> statusOf("apply", "accepted") >= gap.size());
      pipeline.awaitQuiet();
      pipeline.awaitAsInPostgres();
      assertThat(seen.misses()).as("sessions that were not there").isZero();
    }
  }

  @Test
  void shouldRepeatItsEntriesWithoutChangeWhenProjectIsKilledBeforeItsCommit() {
    try (NewestSeen seen = new NewestSeen(pipeline, TOKENS)) {
      List<ConsumerRecord<String, byte[]>> gap = killInTheGap(project, this::notCommitted);

      project.start();

      pipeline.awaitQuiet();
      topics.awaitRead("project", "changes");
      pipeline.awaitAsInPostgres();
      assertThat(gap)
          .as("entries of the aborted transaction that stand in a committed one too")
          .allSatisfy(
              entry ->
                  assertThat(reader.committed(topics.lanes("entries")))
                      .anyMatch(again -> isSame(entry, again))
                      .noneMatch(
                          again -> again.offset() == entry.offset() && isSame(entry, again)));
      assertThat(seen.misses()).as("sessions that were not there").isZero();
    }
  }

  /** Changes all sessions and kills once Redis has it, until that comes before the commit. */
  private List<ConsumerRecord<String, byte[]>> killInTheGap(
      ChildProcess process, Supplier<List<ConsumerRecord<String, byte[]>>> gap) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
      changes++;
      await("Redis has the change")
          .atMost(Pipeline.SOON)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> TOKENS.stream().allMatch(this::isNewest));
      process.kill();
      List<ConsumerRecord<String, byte[]>> found = gap.get();
      if (!found.isEmpty()) {
        return found;
      }
      process.start();
      pipeline.awaitQuiet();
    }
    throw new AssertionError("the process had always committed before it was killed");
  }

  private boolean isNewest(String token) {
    return pipeline
        .cached(token)
        .map(document -> document.path("request_count").asLong() == changes)
        .orElse(false);
  }

  /** Entries of sessions whose offset apply has not committed. */
  private List<ConsumerRecord<String, byte[]>> notAcknowledged() {
    Map<TopicPartition, Long> committed = topics.committed("apply");
    return sessions(reader.all(topics.lanes("entries"))).stream()
        .filter(entry -> entry.offset() >= committed.getOrDefault(lane(entry), 0L))
        .toList();
  }

  /** Entries of sessions that stand in a transaction that is still open. */
  private List<ConsumerRecord<String, byte[]>> notCommitted() {
    List<ConsumerRecord<String, byte[]>> committed = reader.committed(topics.lanes("entries"));
    return sessions(reader.all(topics.lanes("entries"))).stream()
        .filter(
            entry ->
                committed.stream()
                    .noneMatch(
                        other ->
                            lane(other).equals(lane(entry)) && other.offset() >= entry.offset()))
        .toList();
  }

  private List<ConsumerRecord<String, byte[]>> sessions(
      List<ConsumerRecord<String, byte[]>> entries) {
    return entries.stream()
        .filter(entry -> entry.key().startsWith(pipeline.name + ":session:"))
        .toList();
  }

  private static TopicPartition lane(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static boolean isSame(
      ConsumerRecord<String, byte[]> entry, ConsumerRecord<String, byte[]> other) {
    return other.key().equals(entry.key())
        && TopicReader.header(other, "position").equals(TopicReader.header(entry, "position"));
  }

  private long statusOf(String stage, String field) {
    return pipeline.status(stage).map(status -> status.path(field).asLong()).orElse(0L);
  }
}
