package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.document;
import static dev.sessioncache.apply.EntryRecords.produced;
import static dev.sessioncache.apply.EntryRecords.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.topic.TopicReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An entry that can't be read takes its value away, goes to the dead letters, and stops nobody. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class UnreadableEntriesIT {

  private static final byte[] RANDOM = {0x7f, (byte) 0xfe, 0, 17};

  private AppliedLane lane;

  @BeforeEach
  void open(Stack stack, TestInfo test) throws Exception {
    lane =
        new AppliedLane(
            stack, "unreadable-" + Math.floorMod(test.getDisplayName().hashCode(), 10_000));
    lane.start();
    lane.send(put(lane.key("a"), 1), put(lane.key("b"), 1));
    lane.awaitCached(2);
  }

  @AfterEach
  void close() throws Exception {
    lane.close();
  }

  @Test
  void shouldUncacheTheSessionUntilItsNextGoodEntryWhenTheDocumentIsRandom() throws Exception {
    ProducerRecord<String, byte[]> good =
        produced(lane.lanes.entriesTopic(), 0, put(lane.key("a"), 2));
    lane.send(new ProducerRecord<>(good.topic(), 0, null, good.key(), RANDOM, good.headers()));
    lane.awaitCached(1);
    lane.awaitCommitted(3);

    assertThat(letters(1))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.key()).isEqualTo(lane.key("a"));
              assertThat(letter.value()).isEqualTo(RANDOM);
              assertThat(letter.headers().toArray())
                  .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                  .containsExactly(
                      "reason=the value is not a document",
                      "stage=apply",
                      "topic=" + lane.lanes.entriesTopic(),
                      "lane=0",
                      "offset=2",
                      "value.bytes=4");
            });
    assertThat(lane.progress.deadLetters()).isEqualTo(1);
    lane.send(put(lane.key("a"), 3));
    await("healed").atMost(AppliedLane.SOON).until(() -> document(3).equals(lane.cached("a")));
  }

  @Test
  void shouldUncacheTheSessionWhenTheHeadersAreMissing() throws Exception {
    lane.send(
        new ProducerRecord<>(
            lane.lanes.entriesTopic(), 0, lane.key("a"), document(2).getBytes(UTF_8)));

    lane.awaitCached(1);
    assertThat(letters(1)).hasSize(1);
  }

  /** The good one stands in the same poll, so one pipeline takes both to Redis. */
  @Test
  void shouldLeaveTheSessionUncachedWhenTheGoodEntryStandsBeforeTheUnreadableOne()
      throws Exception {
    lane.stop();
    lane.send(put(lane.key("a"), 2));
    lane.send(new ProducerRecord<>(lane.lanes.entriesTopic(), 0, lane.key("a"), RANDOM));
    lane.send(new ProducerRecord<>(lane.lanes.entriesTopic(), 0, lane.key("b"), RANDOM));
    lane.send(put(lane.key("b"), 2));
    lane.start();

    lane.awaitCommitted(6);

    assertThat(lane.cached("a")).isNull();
    assertThat(lane.cached("b")).isEqualTo(document(2));
  }

  @Test
  void shouldTouchNothingWhenTheKeyIsNoneOfOursOrTheRecordIsAPulse() throws Exception {
    lane.redis.set("unreadable-foreign".getBytes(UTF_8), RANDOM);
    lane.send(new ProducerRecord<>(lane.lanes.entriesTopic(), 0, "unreadable-foreign", RANDOM));
    lane.send(new ProducerRecord<>(lane.lanes.entriesTopic(), 0, "\u0001pulse", RANDOM));
    lane.awaitCommitted(4);

    assertThat(lane.value("unreadable-foreign")).isNotNull();
    assertThat(lane.cached()).isEqualTo(2);
    assertThat(letters(2)).hasSize(2);
  }

  private List<ConsumerRecord<String, byte[]>> letters(int expected) {
    List<ConsumerRecord<String, byte[]>> letters = new ArrayList<>();
    try (TopicReader reader = new TopicReader(lane.kafka, lane.lanes.deadLettersTopic(), 1)) {
      await("dead letters")
          .atMost(AppliedLane.SOON)
          .until(
              () -> {
                letters.addAll(reader.next());
                return letters.size() >= expected;
              });
    }
    return letters;
  }
}
