package dev.sessioncache.replay;

import static dev.sessioncache.apply.EntryRecords.position;
import static dev.sessioncache.apply.EntryRecords.produced;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A topic of entries without a pipeline: many sessions, a tenth of the records removals, a fifth of
 * keys that were written before.
 */
final class EntriesTopic {

  static final int LANES = 4;

  private static final String TEXT = "x".repeat(640);

  final LaneSettings lanes;
  private final Stack stack;

  /** By session, the number of its newest put; those that were removed are not in it. */
  private final Map<Integer, Integer> live = new HashMap<>();

  private final Set<Integer> gone = new HashSet<>();

  EntriesTopic(Stack stack, String name) throws Exception {
    this.stack = stack;
    this.lanes = new LaneSettings(LANES, name, (short) 1, Duration.ofSeconds(30));
    try (Admin admin = new KafkaClients(stack.kafkaBootstrapServers()).admin()) {
      admin
          .createTopics(List.of(new NewTopic(lanes.entriesTopic(), LANES, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  /**
   * Writes so many records and a pulse in each lane.
   *
   * @throws IllegalStateException when Kafka has not taken all of them
   */
  void fill(int records) {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            stack.kafkaBootstrapServers(),
            ProducerConfig.LINGER_MS_CONFIG,
            20,
            ProducerConfig.BATCH_SIZE_CONFIG,
            512 * 1024);
    Random random = new Random(1);
    Queue<Exception> refused = new ConcurrentLinkedQueue<>();
    Callback answered =
        (where, failure) -> {
          if (failure != null) {
            refused.add(failure);
          }
        };
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      int sessions = 0;
      for (int i = 0; i < records; i++) {
        int kind = random.nextInt(10);
        int session = kind < 3 && sessions > 0 ? random.nextInt(sessions) : sessions++;
        boolean removed = kind == 0 && session < sessions;
        producer.send(
            produced(lanes.entriesTopic(), session % LANES, entry(session, i, removed)), answered);
        if (removed) {
          live.remove(session);
          gone.add(session);
        } else {
          live.put(session, i);
          gone.remove(session);
        }
      }
      for (int lane = 0; lane < LANES; lane++) {
        Entry pulse = new Entry.Pulse(System.currentTimeMillis(), null);
        producer.send(produced(lanes.entriesTopic(), lane, pulse), answered);
      }
    }
    if (!refused.isEmpty()) {
      throw new IllegalStateException(
          "Kafka has not taken %,d of the records".formatted(refused.size()), refused.peek());
    }
  }

  private Entry entry(int session, int number, boolean removed) {
    if (removed) {
      return new Entry.Removal(key(session), position(number), 1);
    }
    long liveUntil = System.currentTimeMillis() + Duration.ofHours(2).toMillis();
    return new Entry.Put(
        key(session),
        position(number),
        document(session, number).getBytes(UTF_8),
        liveUntil,
        number,
        1);
  }

  String key(int session) {
    return lanes.prefix() + ":session:token-" + Integer.toHexString(session * 0x9E3779B1);
  }

  /** Of about 700 bytes. */
  static String document(int session, int number) {
    return "{\"session\":%d,\"number\":%d,\"text\":\"%s\"}".formatted(session, number, TEXT);
  }

  Map<Integer, Integer> live() {
    return live;
  }

  Set<Integer> gone() {
    return gone;
  }

  Map<String, String> settings(String redisUrl) {
    return Map.of(
        "redis.url",
        redisUrl,
        "kafka.bootstrap.servers",
        stack.kafkaBootstrapServers(),
        "topics.prefix",
        lanes.prefix(),
        "keys.prefix",
        lanes.prefix() + ":",
        "cache.key",
        lanes.prefix() + ":session:{token}");
  }
}
