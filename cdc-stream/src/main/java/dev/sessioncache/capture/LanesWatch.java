package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ControlRecords;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Reads what a connector writes to {@code changes}, keys and headers only: whether the baseline has
 * ended in every lane, whether pulses come, and whether rows were read in any other snapshot than
 * that of the slot's beginning. Rows of a second one would be taken for old, while the changes
 * before it never come. Goes on, in each lane, where the last watch has ended. Owns its consumer;
 * used by one thread.
 */
final class LanesWatch implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration TURN = Duration.ofMillis(500);

  private final Consumer<String, byte[]> consumer;
  private final List<TopicPartition> lanes;
  private final BitSet ended = new BitSet();
  private long lastPulse = System.nanoTime();

  LanesWatch(Consumer<String, byte[]> consumer, String topic, int count) {
    this.consumer = consumer;
    this.lanes =
        IntStream.range(0, count).mapToObj(lane -> new TopicPartition(topic, lane)).toList();
    consumer.assign(lanes);
  }

  /** Begins behind what stands there now, and notes that. */
  void beginAtTheEnd() {
    consumer.endOffsets(lanes, TIMEOUT).forEach(consumer::seek);
    consumer.commitSync(positions(), TIMEOUT);
  }

  /** Goes on where the last watch has ended, at the end when that is not known. */
  void goOn() {
    Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(lanes), TIMEOUT);
    if (lanes.stream().anyMatch(lane -> known.get(lane) == null)) {
      beginAtTheEnd();
    }
  }

  /**
   * Reads what has come, for half a second at most.
   *
   * @param position of the baseline that is being read, or was
   * @return how many rows and changes of rows
   * @throws LostConnectorException when rows were read in another snapshot
   */
  int read(CaptureRecord position) {
    long begin = System.nanoTime();
    int rows = 0;
    ConsumerRecords<String, byte[]> records;
    do {
      records = consumer.poll(POLL);
      for (ConsumerRecord<String, byte[]> record : records) {
        if (record.headers().lastHeader(ChangeFormat.TERM_HEADER) == null) {
          rows += take(record, position);
        } // else an embedded engine's, or our own
      }
    } while (!records.isEmpty() && System.nanoTime() - begin < TURN.toNanos());
    consumer.commitAsync(positions(), null);
    return rows;
  }

  /** Returns how many rows it is about. */
  private int take(ConsumerRecord<String, byte[]> record, CaptureRecord position) {
    if (ControlRecords.PULSE_KEY.equals(record.key())) {
      lastPulse = System.nanoTime();
      return 0;
    }
    if (ControlRecords.BASELINE_END_KEY.equals(record.key())) {
      ended.set(record.partition());
      return 0;
    }
    Header readAt = record.headers().lastHeader(ChangeFormat.READ_AT_HEADER);
    if (readAt != null && (position.complete() || number(readAt) != position.lsn())) {
      throw new LostConnectorException(
          "the connector has read the rows in a snapshot of its own", position.slot());
    }
    return 1;
  }

  private static long number(Header header) {
    return Long.parseLong(new String(header.value(), UTF_8));
  }

  /** Whether the end of the baseline has come in every lane. */
  boolean baselineHasEnded() {
    return ended.cardinality() == lanes.size();
  }

  Duration sinceLastPulse() {
    return Duration.ofNanos(System.nanoTime() - lastPulse);
  }

  private Map<TopicPartition, OffsetAndMetadata> positions() {
    return lanes.stream()
        .collect(
            Collectors.toMap(
                lane -> lane, lane -> new OffsetAndMetadata(consumer.position(lane, TIMEOUT))));
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
