package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.TransactionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is noted and told of a slot that a connector makes, over one lane. */
class WatchedSlotTest {

  private static final TopicPartition LANE = new TopicPartition("test.changes", 0);
  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final long SNAPSHOT = 0x500;

  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final CaptureProgress progress = new CaptureProgress(new SimpleMeterRegistry());
  private final Continuity.NewBaseline begin =
      new Continuity.NewBaseline("first start", new Epoch(1, 4));
  private final LanesWatch written = new LanesWatch(consumer, LANE.topic(), 1, "none");
  private final WatchedSlot slot =
      new WatchedSlot(
          begin,
          new CaptureRecord(
              "cluster", "slot", "pub", begin.epoch(), 9, false, 0, CaptureEngine.CONNECT),
          written,
          new CaptureLog("test.capture", () -> consumer),
          new CaptureClients("broker:9092", producer, () -> consumer, () -> consumer),
          progress);
  private long offset;

  @BeforeEach
  void begin() {
    consumer.updateBeginningOffsets(Map.of(LANE, 0L));
    consumer.updateEndOffsets(Map.of(LANE, 0L));
    written.beginAtTheEnd();
    progress.started(begin, 9);
  }

  /** Its reader may have confirmed more before we look for the first time. */
  @Test
  void shouldNoteTheSnapshotAsTheBeginningOfASlotThatHasMovedOn() throws Exception {
    row(SNAPSHOT);
    look(SNAPSHOT + 64, true);

    assertThat(slot.position().lsn()).isEqualTo(SNAPSHOT);
    row(SNAPSHOT);
    look(SNAPSHOT + 64, true);
  }

  @Test
  void shouldNoteWhereTheSlotStandsWhenNoRowHasComeYet() throws Exception {
    look(SNAPSHOT, false);

    assertThat(slot.position().lsn()).isEqualTo(SNAPSHOT);
  }

  @Test
  void shouldEndCaptureWhenTheRowsAreOfALaterSnapshotThanTheSlot() {
    row(SNAPSHOT + 64);

    assertThatThrownBy(() -> look(SNAPSHOT, true)).isInstanceOf(LostConnectorException.class);
  }

  @Test
  void shouldSendNoPulseAndNoteNothingWhenNotAllHasBeenLookedAt() throws Exception {
    consumer.updateEndOffsets(Map.of(LANE, 1L));
    look(SNAPSHOT, true);
    assertThat(slot.mayPulse()).isFalse();
    assertThat(slot.isThere()).isFalse();

    row(SNAPSHOT);
    look(SNAPSHOT, true);
    assertThat(slot.mayPulse()).isTrue();
  }

  @Test
  void shouldGoOnAndBeginNoBaselineWhenAConnectorThatHadStoppedReadsAgain() throws Exception {
    row(SNAPSHOT);
    add(ControlRecords.baselineEnd(TransactionId.of(7)).key(), new RecordHeaders());
    look(SNAPSHOT, true);
    assertThat(slot.position().complete()).isTrue();

    look(SNAPSHOT, false);
    assertThat(progress.status().reason()).isEqualTo("the connector does not read the slot");
    look(SNAPSHOT, true);

    assertThat(progress.status().mode()).isEqualTo("continued");
    assertThat(progress.status().complete()).isTrue();
  }

  private void look(long confirmed, boolean active) throws InterruptedException {
    slot.look(
        Optional.of(new SourceState.Slot("pgoutput", "db", confirmed, active, false, 0, 0)), BOUND);
  }

  private void row(long readAt) {
    add(
        "user_sessions/s",
        new RecordHeaders().add("read-at", Long.toString(readAt).getBytes(UTF_8)));
  }

  private void add(String key, Headers headers) {
    consumer.addRecord(
        new ConsumerRecord<>(
            LANE.topic(),
            0,
            offset++,
            0L,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            new byte[0],
            headers,
            Optional.empty()));
    consumer.updateEndOffsets(Map.of(LANE, offset));
  }
}
