package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the Kafka clients; whoever asks for one owns it. */
public final class KafkaClients {

  private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;

  private final String bootstrapServers;

  public KafkaClients(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Makes an admin client.
   *
   * @throws OperationException when the addresses can't be resolved
   */
  public Admin admin() {
    try {
      return Admin.create(
          Map.of(
              AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
              AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000,
              AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000));
    } catch (KafkaException e) {
      throw new OperationException(
          "the brokers of KAFKA_BOOTSTRAP_SERVERS can't be resolved: check the host names", e);
    }
  }

  /**
   * A producer that neither loses nor reorders: idempotent, acknowledged by all replicas. It waits
   * for nothing: batches form by themselves while a request is under way.
   */
  public KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.BATCH_SIZE_CONFIG,
            256 * 1024,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            LaneSettings.MAX_RECORD_BYTES,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            DELIVERY_TIMEOUT_MILLIS,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /** A consumer without a group, for reading one partition by hand. */
  public KafkaConsumer<String, byte[]> reader() {
    return consumer(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /**
   * A consumer of a group. One that dies loses its lanes after 10 s: with the newer group protocol
   * that time is the broker's to set, 45 s by default. It begins with the earliest record when the
   * group has no offsets: {@code latest} would skip removals. It does not wait for transactions to
   * commit (docs/decisions/0004).
   */
  public KafkaConsumer<String, byte[]> member(String group) {
    return consumer(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.GROUP_ID_CONFIG,
            group,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            10_000,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            3_000,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_uncommitted",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            2_000));
  }

  private static KafkaConsumer<String, byte[]> consumer(Map<String, Object> properties) {
    return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
  }
}
