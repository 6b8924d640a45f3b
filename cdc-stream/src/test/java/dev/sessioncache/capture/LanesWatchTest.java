package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.TransactionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
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
  private final LanesWatch watch = new LanesWatch(consumer, TOPIC, 2, "none");
  private final CaptureRecord loading =
      new CaptureRecord(
          "cluster", "slot", "pub", new Epoch(1, 4), 9, false, SNAPSHOT, CaptureEngine.CONNECT);
  private final CaptureRecord unnoted =
      new CaptureRecord(
          "cluster", "slot", "pub", new Epoch(1, 4), 9, false, 0, CaptureEngine.CONNECT);
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
    row(0, SNAPSHOT + 8);

    assertThatThrownBy(() -> watch.read(loading.completed()))
        .isInstanceOf(LostConnectorException.class);
  }

  /** As after a crash between the note of the baseline's end and that of the offsets. */
  @Test
  void shouldTakeTheRowsOfTheBaselineOnceMoreWhenItIsCompleteAlready() {
    row(0, SNAPSHOT);

    assertThat(watch.read(loading.completed())).isEqualTo(1);
  }

  @Test
  void shouldTellTheSnapshotOfTheFirstRowWhenTheSlotIsNotNotedYet() {
    row(0, SNAPSHOT);
    row(1, SNAPSHOT);
    assertThat(watch.snapshot()).isEmpty();

    watch.read(unnoted);
    assertThat(watch.snapshot()).hasValue(SNAPSHOT);

    row(0, SNAPSHOT + 8);
    assertThatThrownBy(() -> watch.read(unnoted)).isInstanceOf(LostConnectorException.class);
  }

  @Test
  void shouldEndCaptureWhenTheConnectorHashesTokensAndWeDoNot() {
    add(0, "user_sessions/s", new RecordHeaders().add("token-hash", "other".getBytes(UTF_8)));

    assertThatThrownBy(() -> watch.read(loading))
        .isInstanceOf(LostConnectorException.class)
        .hasMessageContaining("another token.hash");
  }

  @Test
  void shouldEndCaptureWhenWeHashTokensAndTheConnectorDoesNot() {
    LanesWatch hashed = new LanesWatch(consumer, TOPIC, 2, "ours");
    hashed.beginAtTheEnd();
    add(0, "user_sessions/s", new RecordHeaders().add("token-hash", "ours".getBytes(UTF_8)));
    assertThat(hashed.read(loading)).isEqualTo(1);

    add(0, "user_sessions/s", new RecordHeaders());
    assertThatThrownBy(() -> hashed.read(loading)).isInstanceOf(LostConnectorException.class);
  }

  /** A pulse that is sent nevertheless would vouch for what nobody has looked at. */
  @Test
  void shouldHaveSeenAllOnlyWhenItHasReadUpToTheEndThatKafkaTells() {
    row(0, SNAPSHOT);
    watch.read(loading);
    assertThat(watch.hasSeenAll()).isTrue();

    consumer.updateEndOffsets(Map.of(new TopicPartition(TOPIC, 1), 1L));
    watch.read(loading);
    assertThat(watch.hasSeenAll()).isFalse();

    row(1, SNAPSHOT);
    watch.read(loading);
    assertThat(watch.hasSeenAll()).isTrue();
  }

  @Test
  void shouldNotHaveSeenAllWhenKafkaDoesNotTellTheEnd() {
    watch.read(loading);
    assertThat(watch.hasSeenAll()).isTrue();

    consumer.setOffsetsException(new TimeoutException("away"));
    watch.read(loading);

    assertThat(watch.hasSeenAll()).isFalse();
  }

  @Test
  void shouldPassOverOnlyTheLaneWhoseOffsetIsNotKnownAnyMore() {
    TopicPartition known = new TopicPartition(TOPIC, 0);
    MockConsumer<String, byte[]> next =
        new MockConsumer<>("none") {
          @Override
          public Map<TopicPartition, OffsetAndMetadata> committed(
              Set<TopicPartition> partitions, Duration timeout) {
            return Map.of(known, new OffsetAndMetadata(3));
          }
        };
    LanesWatch resumed = new LanesWatch(next, TOPIC, 2, "none");
    next.updateEndOffsets(Map.of(known, 7L, new TopicPartition(TOPIC, 1), 9L));
    next.seek(known, 3); // as a real one does by itself

    resumed.goOn();

    assertThat(next.position(known)).isEqualTo(3);
    assertThat(next.position(new TopicPartition(TOPIC, 1))).isEqualTo(9);
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
    consumer.updateEndOffsets(Map.of(new TopicPartition(TOPIC, lane), offsets[lane]));
  }
}
