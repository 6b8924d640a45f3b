package dev.sessioncache.apply;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a lane from its end to its beginning, a chunk at a time. It has a consumer of its own while
 * it is needed, without a group. Used by one thread: that of apply, or of a replayed lane.
 */
public final class BackwardReader implements AutoCloseable {

  /**
   * A stretch of a lane.
   *
   * @param from offset of its beginning; where the next chunk ends
   * @param records newest first
   */
  public record Chunk(long from, List<ConsumerRecord<String, byte[]>> records) {}

  /**
   * How much is read at once.
   *
   * @param usualRecords where there are fewer a chunk spans more offsets: compaction leaves holes
   * @param maxBytes what a chunk keeps of what was read
   * @param maxSpan offsets of a chunk
   */
  public record Size(int usualRecords, int maxBytes, long maxSpan) {}

  private static final Logger log = LoggerFactory.getLogger(BackwardReader.class);
  private static final Size SMALL = new Size(4_000, 8 * 1024 * 1024, 1 << 17);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Supplier<Consumer<String, byte[]>> consumers;
  private final Size size;
  private @Nullable Consumer<String, byte[]> consumer;
  private long span;

  /** In small chunks, which hold up little. */
  BackwardReader(Supplier<Consumer<String, byte[]>> consumers) {
    this(consumers, SMALL);
  }

  public BackwardReader(Supplier<Consumer<String, byte[]>> consumers, Size size) {
    this.consumers = consumers;
    this.size = size;
    this.span = size.usualRecords();
  }

  /** The offset of the lane's first record; empty stretches before it are not read. */
  long beginning(TopicPartition lane) {
    return consumer().beginningOffsets(List.of(lane), PATIENCE).getOrDefault(lane, 0L);
  }

  /**
   * Reads what stands before an offset. When Kafka does not give it in time the chunk is empty and
   * its beginning is its end.
   */
  public Chunk before(TopicPartition lane, long beginning, long end) {
    long from = Math.max(beginning, end - span);
    try {
      Chunk chunk = read(lane, from, end);
      if (chunk.from() == end) {
        span = Math.max(span / 2, 1);
        log.warn("event=entries_slow lane={} before={} span={}", lane.partition(), end, span);
      } else if (chunk.from() == from) {
        boolean few = chunk.records().size() < size.usualRecords() / 2;
        span = few ? Math.min(2 * span, size.maxSpan()) : Math.max(span / 2, size.usualRecords());
      } else { // large records: the rest was read for nothing
        span = Math.max(span / 2, size.usualRecords());
      }
      return chunk;
    } catch (KafkaException e) {
      log.debug("event=entries_not_read", e);
      return new Chunk(end, List.of());
    }
  }

  private Chunk read(TopicPartition lane, long from, long end) {
    Consumer<String, byte[]> open = consumer();
    open.assign(List.of(lane));
    open.seek(lane, from);
    Deque<ConsumerRecord<String, byte[]>> records = new ArrayDeque<>();
    long begin = from;
    long bytes = 0;
    long patienceEnds = System.nanoTime() + PATIENCE.toNanos();
    while (open.position(lane) < end) {
      for (ConsumerRecord<String, byte[]> record : open.poll(POLL).records(lane)) {
        if (record.offset() < end) {
          records.add(record);
          bytes += bytes(record);
        }
        while (bytes > size.maxBytes()
            && records.size() > 1) { // the older ones come with the next chunk
          bytes -= bytes(records.remove());
          begin = records.element().offset();
        }
      }
      if (System.nanoTime() > patienceEnds) {
        return new Chunk(end, List.of());
      }
    }
    return new Chunk(begin, newestFirst(records));
  }

  private static long bytes(ConsumerRecord<String, byte[]> record) {
    return Math.max(0, record.serializedKeySize())
        + Math.max(0, record.serializedValueSize())
        + 256L;
  }

  private static List<ConsumerRecord<String, byte[]>> newestFirst(
      Deque<ConsumerRecord<String, byte[]>> records) {
    List<ConsumerRecord<String, byte[]>> reversed = new ArrayList<>(records.size());
    for (Iterator<ConsumerRecord<String, byte[]>> all = records.descendingIterator();
        all.hasNext(); ) {
      reversed.add(all.next());
    }
    return reversed;
  }

  private Consumer<String, byte[]> consumer() {
    Consumer<String, byte[]> open = consumer;
    if (open == null) {
      open = consumers.get();
      consumer = open;
    }
    return open;
  }

  /** Lets its consumer go until it is used again. */
  @Override
  public void close() {
    Consumer<String, byte[]> open = consumer;
    consumer = null;
    if (open != null) {
      open.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }
}
