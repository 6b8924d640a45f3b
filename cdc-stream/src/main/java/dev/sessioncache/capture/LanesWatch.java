package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangeReader;
import dev.sessioncache.changes.ControlRecords;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a connector writes to {@code changes}, keys and headers only: whether the baseline has
 * ended in every lane, whether pulses come, and whether rows were read in any other snapshot than
 * that of the slot's beginning, or written with another hash of tokens than ours. Rows of a second
 * snapshot would be taken for old, while the changes before it never come. Goes on, in each lane,
 * where the last watch has ended. Owns its consumer; used by one thread.
 */
final class LanesWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LanesWatch.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration TURN = Duration.ofMillis(500);

  private final Consumer<String, byte[]> consumer;
  private final List<TopicPartition> lanes;
  private final String tokenHash;
  private final BitSet ended = new BitSet();
  private OptionalLong firstReadAt = OptionalLong.empty();
  private boolean hasSeenAll;
  private long lastPulse = System.nanoTime();

  /**
   * @param tokenHash {@link dev.sessioncache.mapping.TokenHash#fingerprint} of ours
   */
  LanesWatch(Consumer<String, byte[]> consumer, String topic, int count, String tokenHash) {
    this.consumer = consumer;
    this.tokenHash = tokenHash;
    this.lanes =
        IntStream.range(0, count).mapToObj(lane -> new TopicPartition(topic, lane)).toList();
    consumer.assign(lanes);
  }

  /** Begins behind what stands there now, and notes that. */
  void beginAtTheEnd() {
    consumer.endOffsets(lanes, TIMEOUT).forEach(consumer::seek);
    consumer.commitSync(positions(), TIMEOUT);
  }

  /** Goes on where the last watch has ended; in a lane of which that is not known at its end. */
  void goOn() {
    Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(lanes), TIMEOUT);
    List<TopicPartition> unknown = lanes.stream().filter(lane -> known.get(lane) == null).toList();
    if (!unknown.isEmpty()) {
      log.warn(
          "event=watch_passes_over lanes={} hint=\"how far they were looked at is not known any"
              + " more; what came meanwhile is not looked at\"",
          unknown.stream().map(TopicPartition::partition).toList());
      consumer.endOffsets(unknown, TIMEOUT).forEach(consumer::seek);
      consumer.commitSync(positions(), TIMEOUT);
    }
  }

  /**
   * Reads up to what stands there now, for half a second at most.
   *
   * @param position of the baseline that is being read, or was
   * @return how many rows and changes of rows
   * @throws LostConnectorException when rows were read in another snapshot, or written with another
   *     hash of tokens
   */
  int read(CaptureRecord position) {
    hasSeenAll = false;
    Map<TopicPartition, Long> ends;
    try {
      ends = consumer.endOffsets(lanes, LOOK_TIMEOUT);
    } catch (TimeoutException e) {
      return 0;
    }
    long begin = System.nanoTime();
    int rows = 0;
    do {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<String, byte[]> record : records) {
        if (record.headers().lastHeader(ChangeFormat.TERM_HEADER) == null) {
          rows += take(record, position);
        } // else an embedded engine's, or our own
      }
      hasSeenAll = isUpTo(ends);
    } while (!hasSeenAll && System.nanoTime() - begin < TURN.toNanos());
    consumer.commitAsync(positions(), null);
    return rows;
  }

  private boolean isUpTo(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), TIMEOUT) >= end.getValue());
  }

  /** Whether the last reading has come to what stood there when it began. */
  boolean hasSeenAll() {
    return hasSeenAll;
  }

  /** Waits until it is known, to whoever goes on, how far this has read. */
  void keep() {
    consumer.commitSync(positions(), TIMEOUT);
  }

  /** The log position of the snapshot of the first row that was read; empty while none was. */
  OptionalLong snapshot() {
    return firstReadAt;
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
    if (!ChangeReader.tokenHash(record.headers()).equals(tokenHash)) {
      throw new LostConnectorException(
          "the connector writes tokens by another token.hash or token.hash.key than ours",
          position.slot());
    }
    Header readAt = record.headers().lastHeader(ChangeFormat.READ_AT_HEADER);
    if (readAt != null) {
      requireOurSnapshot(number(readAt), position);
    }
    return 1;
  }

  /**
   * Rows of the baseline may be read again, when it was not kept that they have been: it is their
   * snapshot that tells.
   */
  private void requireOurSnapshot(long readAt, CaptureRecord position) {
    if (firstReadAt.isEmpty()) {
      firstReadAt = OptionalLong.of(readAt);
    }
    if (readAt != (position.lsn() == 0 ? firstReadAt.getAsLong() : position.lsn())) {
      throw new LostConnectorException(
          "the connector has read the rows in a snapshot of its own", position.slot());
    }
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
