package dev.sessioncache.project;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/** Clients for Kafka Streams with no Kafka behind them; the newest consumer is the present one. */
final class StreamsClients implements KafkaClientSupplier {

  private volatile @Nullable PolledConsumer present;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /** The next poll fails so. */
  void failPolls(RuntimeException how) {
    failure.set(how);
  }

  /** Whether the present consumer has been polled. */
  boolean polls() {
    PolledConsumer consumer = present;
    return consumer != null && consumer.polled;
  }

  /** With its next poll the present consumer is given its lanes, which are none. */
  void assignLanes() {
    PolledConsumer consumer = present;
    if (consumer != null) {
      consumer.schedulePollTask(() -> consumer.rebalance(List.of()));
    }
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    config.put("bootstrap.servers", "localhost:1");
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    PolledConsumer consumer = new PolledConsumer();
    present = consumer;
    return consumer;
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new MockConsumer<>("earliest");
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    throw new UnsupportedOperationException("the topology has no global store");
  }

  private final class PolledConsumer extends MockConsumer<byte[], byte[]> {

    volatile boolean polled;

    PolledConsumer() {
      super("earliest");
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      polled = true;
      RuntimeException how = failure.getAndSet(null);
      if (how != null) {
        throw how;
      }
      return super.poll(timeout);
    }
  }
}
