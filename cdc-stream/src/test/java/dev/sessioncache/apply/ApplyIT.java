package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.consumed;
import static dev.sessioncache.apply.EntryRecords.document;
import static dev.sessioncache.apply.EntryRecords.produced;
import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Offsets follow Redis: nothing is committed that Redis has not taken, and nothing gets lost. */
@ExtendWith(StackExtension.class)
class ApplyIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final TopicPartition LANE_0 = new TopicPartition("entries", 0);
  private static final TopicPartition LANE_1 = new TopicPartition("entries", 1);

  private String name;
  private Stack stack;
  private GuardSettings settings;
  private LaneSettings lanes;
  private RedisConnections connections;
  private StatefulRedisConnection<byte[], byte[]> redis;
  private @Nullable Apply apply;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  @BeforeEach
  void connect(Stack stack, TestInfo test) {
    this.stack = stack;
    this.name = "apply-" + Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    this.settings = new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), name + ":");
    this.lanes = new LaneSettings(1, name, (short) 1, Duration.ofSeconds(30));
    this.connections = new RedisConnections(RedisUrl.parse(stack.redisUrl()), name);
    this.redis = connections.open();
  }

  @AfterEach
  void disconnect() throws Exception {
    stop();
    connections.close();
  }

  @Test
  void shouldCommitOnlyWhatRedisHasTakenWhenRedisStalls() throws Exception {
    try (EntriesTopic entries = new EntriesTopic()) {
      entries.send(put(key("first"), 1));
      start(entries.member());
      await("first commit").atMost(SOON).until(() -> entries.committed() == 1);

      stack.redis().pause();
      try {
        entries.send(put(key("second"), 2));
        entries.send(removal(key("first"), 3));

        await("no commit while Redis stalls")
            .during(Duration.ofSeconds(2))
            .atMost(SOON)
            .until(() -> entries.committed() == 1);
      } finally {
        stack.redis().resume();
      }
      await("commit").atMost(SOON).until(() -> entries.committed() == 3);
      assertThat(cached("second")).isEqualTo(document(2));
      assertThat(cached("first")).isNull();
    }
  }

  @Test
  void shouldHaveCommittedWhatRedisHasTakenWhenClosed() throws Exception {
    try (EntriesTopic entries = new EntriesTopic()) {
      entries.send(put(key("first"), 1));
      start(entries.member());
      await("first entry").atMost(SOON).until(() -> cached("first") != null);
      entries.send(put(key("second"), 2));
      await("second entry").atMost(SOON).until(() -> cached("second") != null);

      stop();

      assertThat(entries.committed()).isEqualTo(2);
    }
  }

  @Test
  void shouldStayInTheGroupAndTakeNothingMoreWhileRedisFails() {
    SlowMockConsumer consumer = new SlowMockConsumer();
    consumer.own(LANE_0);
    makeRedisFail("first");
    consumer.add(consumed("entries", 0, 0, put(key("first"), 1)));
    start(consumer);
    await("paused").atMost(SOON).until(() -> consumer.paused().contains(LANE_0));
    consumer.add(consumed("entries", 0, 1, put(key("second"), 2)));
    int polls = consumer.polls.get();

    await("polls go on").atMost(SOON).until(() -> consumer.polls.get() > polls + 20);

    assertThat(consumer.committedOffset(LANE_0)).isZero();
    assertThat(cached("second")).isNull();
  }

  @Test
  void shouldWriteAllOfItWhenRedisWorksAgain() {
    SlowMockConsumer consumer = new SlowMockConsumer();
    consumer.own(LANE_0);
    makeRedisFail("first");
    consumer.add(consumed("entries", 0, 0, put(key("first"), 1)));
    start(consumer);
    await("paused").atMost(SOON).until(() -> consumer.paused().contains(LANE_0));
    consumer.add(consumed("entries", 0, 1, put(key("second"), 2)));

    makeRedisWork("first");

    await("commit").atMost(SOON).until(() -> consumer.committedOffset(LANE_0) == 2);
    assertThat(cached("first")).isEqualTo(document(1));
    assertThat(cached("second")).isEqualTo(document(2));
  }

  @Test
  void shouldLoseNothingOfALaneThatItGetsWhileRedisFails() {
    SlowMockConsumer consumer = new SlowMockConsumer();
    consumer.own(LANE_0);
    makeRedisFail("first");
    consumer.add(consumed("entries", 0, 0, put(key("first"), 1)));
    start(consumer);
    await("paused").atMost(SOON).until(() -> consumer.paused().contains(LANE_0));

    consumer.schedulePollTask(
        () -> {
          consumer.rebalance(List.of(LANE_0, LANE_1));
          consumer.addRecord(consumed("entries", 1, 0, put(key("other"), 2)));
        });
    await("new lane").atMost(SOON).until(() -> consumer.assignment().contains(LANE_1));
    makeRedisWork("first");

    await("other lane's entry").atMost(SOON).until(() -> cached("other") != null);
  }

  @Test
  void shouldWriteTheWatermarkWhenAPulseComes() {
    SlowMockConsumer consumer = new SlowMockConsumer();
    consumer.own(LANE_0);
    consumer.add(consumed("entries", 0, 0, new Entry.Pulse(1_500, null)));

    start(consumer);

    await("watermark").atMost(SOON).until(() -> value(name + ":watermark:0") != null);
    assertThat(value(name + ":watermark:0"))
        .isEqualTo("{\"at\":\"1970-01-01T00:00:01.500Z\",\"at_ms\":1500}");
  }

  private void start(Consumer<String, byte[]> consumer) {
    ApplyClients clients =
        new ApplyClients(
            consumer,
            () -> new MockConsumer<>("earliest"),
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            connections::open);
    apply =
        new Apply(
            clients,
            lanes,
            settings,
            KeyTemplate.parse(name + ":session:{token}"),
            new ApplyProgress(new SimpleMeterRegistry()),
            Clock.systemUTC());
    running = CompletableFuture.runAsync(apply, task -> new Thread(task, name).start());
  }

  private void stop() throws Exception {
    if (apply != null) {
      apply.close();
    }
    running.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  /** The guard's answer becomes an error: its key is of another kind. */
  private void makeRedisFail(String session) {
    redis.sync().lpush(settings.guardKey(key(session)).getBytes(UTF_8), new byte[] {'x'});
  }

  private void makeRedisWork(String session) {
    redis.sync().del(settings.guardKey(key(session)).getBytes(UTF_8));
  }

  private String key(String session) {
    return name + ":session:" + session;
  }

  private @Nullable String cached(String session) {
    return value(key(session));
  }

  private @Nullable String value(String key) {
    byte[] value = redis.sync().get(key.getBytes(UTF_8));
    return value == null ? null : new String(value, UTF_8);
  }

  /** A topic of one lane on the real broker, of this test alone. */
  private final class EntriesTopic implements AutoCloseable {

    final KafkaClients kafka = new KafkaClients(stack.kafkaBootstrapServers());
    private final Admin admin = kafka.admin();
    private final Producer<String, byte[]> producer = kafka.producer();

    EntriesTopic() throws InterruptedException {
      new Topics(admin, lanes).ensure();
    }

    Consumer<String, byte[]> member() {
      return kafka.member(lanes.applyGroup(), Duration.ofSeconds(10));
    }

    void send(Entry entry) throws Exception {
      producer
          .send(produced(lanes.entriesTopic(), 0, entry))
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    long committed() throws Exception {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(lanes.applyGroup())
              .partitionsToOffsetAndMetadata()
              .get(SOON.toSeconds(), TimeUnit.SECONDS);
      OffsetAndMetadata offset = offsets.get(new TopicPartition(lanes.entriesTopic(), 0));
      return offset == null ? 0 : offset.offset();
    }

    @Override
    public void close() {
      producer.close();
      admin.close();
    }
  }

  /** Kafka's own mock does not wait in a poll; this one gives way for a moment. */
  private static final class SlowMockConsumer extends MockConsumer<String, byte[]> {

    private static final long POLL_NANOS = 2_000_000;

    final AtomicInteger polls = new AtomicInteger();

    SlowMockConsumer() {
      super("earliest");
    }

    /** To be called before it runs: the lane is assigned in the first poll. */
    void own(TopicPartition lane) {
      updateBeginningOffsets(Map.of(LANE_0, 0L, LANE_1, 0L));
      schedulePollTask(() -> rebalance(List.of(lane)));
    }

    void add(org.apache.kafka.clients.consumer.ConsumerRecord<String, byte[]> record) {
      schedulePollTask(() -> addRecord(record));
    }

    long committedOffset(TopicPartition lane) {
      OffsetAndMetadata offset = committed(java.util.Set.of(lane)).get(lane);
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
}
