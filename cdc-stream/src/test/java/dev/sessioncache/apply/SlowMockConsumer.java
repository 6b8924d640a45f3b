package dev.sessioncache.apply;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Kafka's own mock does not wait in a poll; this one gives way for a moment. */
class SlowMockConsumer extends MockConsumer<String, byte[]> {

  private static final long POLL_NANOS = 2_000_000;

  private final AtomicInteger polls = new AtomicInteger();

  /**
   * @param lanes those that it may come to own; the first one is assigned in the first poll
   */
  SlowMockConsumer(TopicPartition... lanes) {
    super("earliest");
    updateBeginningOffsets(Stream.of(lanes).collect(Collectors.toMap(lane -> lane, lane -> 0L)));
    schedulePollTask(() -> rebalance(List.of(lanes[0])));
  }

  void add(ConsumerRecord<String, byte[]> record) {
    schedulePollTask(() -> addRecord(record));
  }

  int polls() {
    return polls.get();
  }

  long committedOffset(TopicPartition lane) {
    OffsetAndMetadata offset = committed(Set.of(lane)).get(lane);
    return offset == null ? 0 : offset.offset();
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the test talks to it meanwhile
  public ConsumerRecords<String, byte[]> poll(Duration timeout) {
    polls.incrementAndGet();
    ConsumerRecords<String, byte[]> records = super.poll(timeout);
    if (records.isEmpty()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    return records;
  }
}
