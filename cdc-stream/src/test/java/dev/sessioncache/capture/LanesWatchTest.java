package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.TransactionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a watch concludes from what a connector has written. */
class LanesWatchTest {

  private static final String TOPIC = "test.changes";
  private static final long SNAPSHOT = 0x500;

  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private final LanesWatch watch = new LanesWatch(consumer, TOPIC, 2);
  private final CaptureRecord loading =
      new CaptureRecord(
          "cluster", "slot", "pub", new Epoch(1, 4), 9, false, SNAPSHOT, CaptureEngine.CONNECT);
  private final long[] offsets = new long[2];

  @BeforeEach
  void begin() {
    List<TopicPartition> lanes =
        List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));
    lanes.forEach(lane -> consumer.updateBeginningOffsets(Map.of(lane, 0L)));
    lanes.forEach(lane -> consumer.updateEndOffsets(Map.of(lane, 0L)));
    watch.beginAtTheEnd();
  }

  @Test
  void shouldCountTheRowsWhenTheyAreOfTheSnapshotOfTheSlot() {
    row(0, SNAPSHOT);
    row(1, SNAPSHOT);
    add(1, "~pulse", new RecordHeaders());

    assertThat(watch.read(loading)).isEqualTo(2);
  }

  @Test
  void shouldEndCaptureWhenTheConnectorHasTakenASecondSnapshot() {
    row(0, SNAPSHOT);
    row(1, SNAPSHOT + 8);

    assertThatThrownBy(() -> watch.read(loading))
        .isInstanceOf(LostConnectorException.class)
        .hasMessageContaining("in a snapshot of its own");
  }

  @Test
  void shouldEndCaptureWhenRowsAreReadAfterTheBaseline() {
    row(0, SNAPSHOT);

    assertThatThrownBy(() -> watch.read(loading.completed()))
        .isInstanceOf(LostConnectorException.class);
  }

  @Test
  void shouldHaveEndedTheBaselineWhenItsEndHasComeInEveryLane() {
    String end = ControlRecords.baselineEnd(TransactionId.of(7)).key();
    add(0, end, new RecordHeaders());
    watch.read(loading);
    assertThat(watch.baselineHasEnded()).isFalse();

    add(1, end, new RecordHeaders());
    watch.read(loading);

    assertThat(watch.baselineHasEnded()).isTrue();
  }

  @Test
  void shouldPassOverWhatAnEmbeddedEngineHasWritten() {
    String end = ControlRecords.baselineEnd(TransactionId.of(7)).key();
    for (int lane = 0; lane < 2; lane++) {
      add(lane, end, new RecordHeaders().add("term", "3".getBytes(UTF_8)));
    }

    assertThat(watch.read(loading)).isZero();
    assertThat(watch.baselineHasEnded()).isFalse();
  }

  private void row(int lane, long readAt) {
    add(
        lane,
        "user_sessions/s" + lane,
        new RecordHeaders().add("read-at", Long.toString(readAt).getBytes(UTF_8)));
  }

  private void add(int lane, String key, Headers headers) {
    consumer.addRecord(
        new ConsumerRecord<>(
            TOPIC,
            lane,
            offsets[lane]++,
            0L,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            new byte[0],
            headers,
            Optional.empty()));
  }
}
