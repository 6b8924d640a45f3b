package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.BootstrapServers;
import dev.sessioncache.config.Configuration;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the Kafka clients; whoever asks for one owns it. */
public final class KafkaClients {

  private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;
  private static final int LETTER_TIMEOUT_MILLIS = 5_000;
  private static final int LANE_FETCH_BYTES = 2 * 1024 * 1024;

  private final Map<String, Object> connection;

  /** Without TLS and login. */
  public KafkaClients(String bootstrapServers) {
    this(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** As {@link KafkaConnection} has it. */
  private KafkaClients(Map<String, Object> connection) {
    this.connection = Map.copyOf(connection);
  }

  /**
   * Those of a program.
   *
   * @throws OperationException when a file of {@link KafkaSecurity} can't be used
   */
  public static KafkaClients of(Configuration configuration) {
    return new KafkaClients(
        KafkaConnection.properties(
            configuration.get(KafkaSettings.class), configuration.get(KafkaSecurity.class)));
  }

  /**
   * Makes an admin client; every program begins with one.
   *
   * @throws OperationException when the addresses can't be resolved, or another service is there
   */
  public Admin admin() {
    if (!isTls()) {
      BrokerProbe.check(
          BootstrapServers.parse(
              String.valueOf(connection.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG))));
    }
    try {
      return Admin.create(
          with(
              Map.of(
                  AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                  10_000,
                  AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                  5_000)));
    } catch (KafkaException e) {
      throw new OperationException(
          e.getCause() instanceof ConfigException
              ? "the brokers of KAFKA_BOOTSTRAP_SERVERS can't be resolved: check the host names"
              : "TLS for Kafka can't be set up: check kafka.ca, kafka.certificate and kafka.key",
          e);
    }
  }

  /**
   * A producer that neither loses nor reorders: idempotent, acknowledged by all replicas. It waits
   * for nothing: batches form by themselves while a request is under way.
   */
  public KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        lossless(LaneSettings.MAX_RECORD_BYTES, DELIVERY_TIMEOUT_MILLIS),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /** As {@link #producer()}, for dead letters; it gives up sooner, for others wait for it. */
  public KafkaProducer<byte[], byte[]> deadLetterProducer() {
    return new KafkaProducer<>(
        lossless(DeadLetter.MAX_LETTER_BYTES, LETTER_TIMEOUT_MILLIS),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private Map<String, Object> lossless(int maxBytes, int deliveryTimeoutMillis) {
    return with(
        Map.of(
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            LaneSettings.COMPRESSION,
            ProducerConfig.BATCH_SIZE_CONFIG,
            256 * 1024,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            maxBytes,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            deliveryTimeoutMillis,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            deliveryTimeoutMillis,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            Math.min(10_000, deliveryTimeoutMillis)));
  }

  /**
   * A consumer without a group, for reading one partition by hand. It reads what is committed only:
   * an instance of project that was replaced may have written behind its successor.
   */
  public KafkaConsumer<String, byte[]> reader() {
    return consumer(
        Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"), new StringDeserializer());
  }

  /** As {@link #reader()}, for all lanes at once, with a group that keeps its positions. */
  public KafkaConsumer<String, byte[]> watcher(String group) {
    return consumer(
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            group,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed"),
        new RecordKeys());
  }

  /**
   * As {@link #reader()}, for reading all of a lane in large pieces; a key that is no text is null.
   *
   * @param isolation {@code read_committed}, or {@code read_uncommitted} to see what apply sees
   */
  public KafkaConsumer<String, byte[]> laneReader(String isolation) {
    return consumer(
        Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            isolation,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            LANE_FETCH_BYTES,
            ConsumerConfig.RECEIVE_BUFFER_CONFIG,
            LANE_FETCH_BYTES),
        new RecordKeys());
  }

  /**
   * A consumer of a group. With the newer group protocol the session timeout would be the broker's
   * to set, 45 s by default. It begins with the earliest record when the group has no offsets:
   * {@code latest} would skip removals. It does not wait for transactions to commit
   * (docs/decisions/0004).
   *
   * @param sessionTimeout after which one that has died loses its lanes
   */
  public KafkaConsumer<String, byte[]> member(String group, Duration sessionTimeout) {
    return consumer(
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            group,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            (int) sessionTimeout.toMillis(),
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            (int) sessionTimeout.toMillis() / 3,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_uncommitted",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            2_000),
        new RecordKeys());
  }

  private KafkaConsumer<String, byte[]> consumer(
      Map<String, Object> properties, Deserializer<String> keys) {
    Map<String, Object> all = with(properties);
    // By default a consumer that asks for a missing topic has the broker make it, with one lane.
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(all, keys, new ByteArrayDeserializer());
  }

  private Map<String, Object> with(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(connection);
    all.putAll(properties);
    return all;
  }

  private boolean isTls() {
    return connection.containsKey(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
        && KafkaProtocol.parse(
                String.valueOf(connection.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)))
            .isTls();
  }
}
