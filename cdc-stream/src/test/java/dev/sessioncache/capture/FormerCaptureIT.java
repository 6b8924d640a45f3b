package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.changes.CapturedLine;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.topic.TopicReader;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a capture that was replaced still has in its buffer. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class FormerCaptureIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIRST = "user_sessions/00000000-0000-0000-0000-000000000001";

  /**
   * The former capture was to write the session's insert; its successor writes it and then its
   * deletion; then the former one's insert lands. The lanes know the session no more.
   */
  @Test
  void shouldNotBringBackADeletedSessionWhenTheFormerCaptureFlushesLate(Stack stack)
      throws Exception {
    try (CaptureRig rig = new CaptureRig(stack, "former");
        RedisClient client = RedisClient.create(stack.redisUrl())) {
      HeldProducer buffer = new HeldProducer(rig.producer());
      RunningCapture former = rig.start(rig.url, buffer, 2048);
      rig.awaitQuiet();
      RunningCapture successor = rig.start();

      buffer.holdFromNextRow();
      rig.tables.execute(insert(1, 2));
      await("the insert in the buffer")
          .atMost(CaptureRig.SOON)
          .until(() -> buffer.held().contains(FIRST));
      former.stop();
      await("the successor reads")
          .atMost(CaptureRig.SOON)
          .until(() -> successor.progress.status().mode().equals("continued"));
      rig.awaitQuiet();
      rig.tables.execute("delete from platform.user_sessions where token = 't-1'");
      rig.awaitQuiet();
      int before = rig.captured().lines().size();
      try (Producer<String, byte[]> late = rig.producer()) {
        buffer.flushLate(late);
      }

      List<CapturedLine> lines = rig.captured().lines();
      assertThat(lines.subList(before, lines.size()))
          .as("late inserts")
          .anyMatch(line -> line.change().equals("c 00000000-0000-0000-0000-000000000001 0"));
      rig.process("project", "apply").start();
      RedisCommands<String, String> redis = client.connect().sync();
      await("the session that is there")
          .atMost(CaptureRig.SOON)
          .until(() -> redis.exists(rig.name + ":session:t-2") == 1);
      awaitApplied(rig, redis);
      // Redis alone proves nothing: its guard refuses the old position for as long as it lives.
      assertThat(cachedEntries(rig)).containsExactly(rig.name + ":session:t-2");
      assertThat(redis.keys(rig.name + ":session:*")).containsExactly(rig.name + ":session:t-2");
    }
  }

  /** The successor's successor must not go on from what the first one wrote down last. */
  @Test
  void shouldGoOnFromTheHighestTermWhenTheFormerPositionLandsLate(Stack stack) throws Exception {
    try (CaptureRig rig = new CaptureRig(stack, "former_position")) {
      RunningCapture capture = rig.start();
      rig.awaitQuiet();
      rig.tables.execute(insert(1, 10));
      rig.awaitQuiet();
      capture.stop();
      try (Producer<String, byte[]> late = rig.producer()) {
        CaptureLog log = new CaptureLog(rig.lanes.captureTopic(), rig.kafka()::reader);
        CaptureRecord last = log.last().orElseThrow();
        CaptureRecord former =
            new CaptureRecord(
                last.systemId(), last.slot(), last.publication(), last.epoch(), 1, true, 1);
        late.send(log.write(former)).get();
        assertThat(log.last()).contains(last);
      }

      rig.tables.execute(insert(11, 20));
      rig.start();

      rig.assertExactWithoutNewBaseline();
    }
  }

  /** What it would write into lanes by the old number would be of other users there. */
  @Test
  void shouldRefuseToTakeOverWhenTheLanesAreOthersByNow(Stack stack) throws Exception {
    try (CaptureRig rig = new CaptureRig(stack, "former_lanes");
        Admin admin = rig.kafka().admin()) {
      RunningCapture former = rig.start();
      rig.awaitQuiet();
      RunningCapture standby = rig.start();
      await("stands by").atMost(CaptureRig.SOON).until(() -> standby.progress.timesStoodBy() > 0);
      String changes = rig.lanes.changesTopic();
      admin.createPartitions(Map.of(changes, NewPartitions.increaseTo(3))).all().get();
      former.stop();

      assertThat(standby.ended())
          .failsWithin(CaptureRig.SOON)
          .withThrowableThat()
          .withMessageContaining("has 3 partitions but lanes is 2");
    }
  }

  /** Waits until everything committed before this call has been applied to Redis. */
  private static void awaitApplied(CaptureRig rig, RedisCommands<String, String> redis) {
    long now = rig.tables.nowMillis();
    for (int lane = 0; lane < CaptureRig.LANES; lane++) {
      String key = rig.name + ":watermark:" + lane;
      await("watermark in Redis")
          .atMost(CaptureRig.SOON)
          .until(
              () -> {
                String mark = redis.get(key);
                return mark != null && JSON.readTree(mark).path("at_ms").asLong() > now;
              });
    }
  }

  /** Keys that are to be cached according to {@code entries}, up to now. */
  private static Set<String> cachedEntries(CaptureRig rig) {
    Set<String> cached = new TreeSet<>();
    try (TopicReader entries =
        new TopicReader(rig.kafka(), rig.lanes.entriesTopic(), CaptureRig.LANES)) {
      for (ConsumerRecord<String, byte[]> entry : entries.next()) {
        if (entry.value() == null) {
          cached.remove(entry.key());
        } else {
          cached.add(entry.key());
        }
      }
    }
    cached.removeIf(key -> !key.startsWith(rig.name + ":session:"));
    return cached;
  }
}
