package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.consumed;
import static dev.sessioncache.apply.EntryRecords.document;
import static dev.sessioncache.apply.EntryRecords.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.lease.OnLoss;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.mapping.SessionKeys;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Apply over a mock of Kafka: it stays in the group while Redis fails, and loses nothing. */
@ExtendWith(StackExtension.class)
class ApplyIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final TopicPartition LANE_0 = new TopicPartition("entries", 0);
  private static final TopicPartition LANE_1 = new TopicPartition("entries", 1);

  private String name;
  private GuardSettings settings;
  private LaneSettings lanes;
  private RedisConnections connections;
  private RedisConnection redis;
  private @Nullable Apply apply;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  @BeforeEach
  void connect(Stack stack, TestInfo test) {
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
  void shouldStayInTheGroupAndTakeNothingMoreWhileRedisFails() {
    SlowMockConsumer consumer = startWhileRedisFails();
    consumer.add(consumed("entries", 0, 1, put(key("second"), 2)));
    int polls = consumer.polls();

    await("polls go on").atMost(SOON).until(() -> consumer.polls() > polls + 20);

    assertThat(consumer.committedOffset(LANE_0)).isZero();
    assertThat(cached("second")).isNull();
  }

  @Test
  void shouldWriteAllOfItWhenRedisWorksAgain() {
    SlowMockConsumer consumer = startWhileRedisFails();
    consumer.add(consumed("entries", 0, 1, put(key("second"), 2)));

    makeRedisWork();

    await("commit").atMost(SOON).until(() -> consumer.committedOffset(LANE_0) == 2);
    assertThat(cached("first")).isEqualTo(document(1));
    assertThat(cached("second")).isEqualTo(document(2));
  }

  @Test
  void shouldLoseNothingOfALaneThatItGetsWhileRedisFails() {
    SlowMockConsumer consumer = startWhileRedisFails();

    consumer.schedulePollTask(
        () -> {
          consumer.rebalance(List.of(LANE_0, LANE_1));
          consumer.addRecord(consumed("entries", 1, 0, put(key("other"), 2)));
        });
    await("new lane").atMost(SOON).until(() -> consumer.assignment().contains(LANE_1));
    makeRedisWork();

    await("other lane's entry").atMost(SOON).until(() -> cached("other") != null);
  }

  @Test
  void shouldWriteTheWatermarkWhenAPulseComes() {
    SlowMockConsumer consumer = new SlowMockConsumer(LANE_0, LANE_1);
    consumer.add(consumed("entries", 0, 0, new Entry.Pulse(1_500, null)));

    start(consumer);

    await("watermark").atMost(SOON).until(() -> value(name + ":watermark:0") != null);
    assertThat(value(name + ":watermark:0"))
        .isEqualTo(
            "{\"at\":\"1970-01-01T00:00:01.500Z\",\"at_ms\":1500,\"lanes\":1,\"bound_ms\":30000,"
                + "\"token_hash\":\"none\"}");
  }

  private void start(Consumer<String, byte[]> consumer) {
    ApplyClients clients =
        new ApplyClients(
            consumer,
            () -> new MockConsumer<>("earliest"),
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            "redis:6379",
            connections::open);
    apply =
        new Apply(
            clients,
            lanes,
            settings,
            new LeaseSettings(
                1_000_000, LeaseSettings.Strategy.RECENCY, Duration.ofHours(1), OnLoss.LAPSE),
            new SessionKeys(KeyTemplate.parse(name + ":session:{token}"), TokenHash.NONE),
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

  /**
   * Starts with an entry that Redis does not take: its guard key is of another kind, so the guard's
   * answer becomes an error.
   */
  private SlowMockConsumer startWhileRedisFails() {
    redis.sync().lpush(guardOfFirst(), new byte[] {'x'});
    SlowMockConsumer consumer = new SlowMockConsumer(LANE_0, LANE_1);
    consumer.add(consumed("entries", 0, 0, put(key("first"), 1)));
    start(consumer);
    await("paused").atMost(SOON).until(() -> consumer.paused().contains(LANE_0));
    return consumer;
  }

  private void makeRedisWork() {
    redis.sync().del(guardOfFirst());
  }

  private byte[] guardOfFirst() {
    return settings.guardKey(key("first")).getBytes(UTF_8);
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
}
