package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.produced;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.lease.OnLoss;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.mapping.SessionKeys;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Apply over a topic of one lane on the real broker and the real Redis, of one test alone. */
final class AppliedLane implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(60);

  static final LeaseSettings KEEP_ALL = keep(1_000_000, OnLoss.LAPSE);
  private static final ApplySettings GROUP = new ApplySettings("apply");

  final LaneSettings lanes;
  final KafkaClients kafka;
  final Admin admin;
  final RedisClusterCommands<byte[], byte[]> redis;
  private final String name;
  private final String bootstrapServers;
  private final GuardSettings settings;
  private final LeaseSettings keep;
  private final Producer<String, byte[]> producer;
  private final Producer<byte[], byte[]> deadLetters;
  private final RedisConnections looking;
  private final RedisUrl url;
  private final RedisConnections applying;
  private final RedisConnection connection;
  ApplyProgress progress = new ApplyProgress(new SimpleMeterRegistry());
  private @Nullable Apply apply;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  /**
   * @param redisUrl of apply; the test itself looks past it
   */
  AppliedLane(Stack stack, String redisUrl, String name) throws InterruptedException {
    this(stack, redisUrl, name, Duration.ofMinutes(5), Duration.ofSeconds(30), KEEP_ALL);
  }

  /**
   * @param lease the longest life of a value
   * @param bound of staleness
   */
  AppliedLane(
      Stack stack, String redisUrl, String name, Duration lease, Duration bound, LeaseSettings keep)
      throws InterruptedException {
    this.name = name;
    this.keep = keep;
    this.lanes = new LaneSettings(1, name, (short) 1, bound);
    this.settings = new GuardSettings(lease, 0.1, Duration.ofHours(1), name + ":");
    this.bootstrapServers = stack.kafkaBootstrapServers();
    this.kafka = new KafkaClients(bootstrapServers);
    this.admin = kafka.admin();
    new Topics(admin, lanes).ensure();
    this.producer = kafka.producer();
    this.deadLetters = kafka.deadLetterProducer();
    this.looking = new RedisConnections(RedisUrl.parse(stack.redisUrl()), name + "-test");
    this.url = RedisUrl.parse(redisUrl);
    this.applying = new RedisConnections(url, name);
    this.connection = looking.open();
    this.redis = connection.sync();
  }

  static LeaseSettings keep(int budget, OnLoss onLoss) {
    return new LeaseSettings(budget, LeaseSettings.Strategy.RECENCY, Duration.ofHours(1), onLoss);
  }

  AppliedLane(Stack stack, String name) throws InterruptedException {
    this(stack, stack.redisUrl(), name);
  }

  void start() {
    progress = new ApplyProgress(new SimpleMeterRegistry());
    Apply started =
        new Apply(
            new ApplyClients(
                kafka.member(GROUP.groupId(lanes), Duration.ofSeconds(10)),
                kafka::reader,
                deadLetters,
                url.address(),
                applying::open),
            lanes,
            settings,
            keep,
            new SessionKeys(KeyTemplate.parse(name + ":session:{token}"), TokenHash.NONE),
            progress,
            Clock.systemUTC());
    apply = started;
    running = CompletableFuture.runAsync(started, task -> new Thread(task, name).start());
  }

  void stop() throws Exception {
    if (apply != null) {
      apply.close();
    }
    running.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  String key(String session) {
    return name + ":session:" + session;
  }

  /** Entries as project makes them, now. */
  void send(Entry... entries) throws Exception {
    send(List.of(entries), Duration.ZERO);
  }

  void send(List<Entry> entries, Duration ago) throws Exception {
    List<Future<?>> answers = new ArrayList<>();
    for (Entry entry : entries) {
      ProducerRecord<String, byte[]> record = produced(lanes.entriesTopic(), 0, entry);
      answers.add(
          producer.send(
              new ProducerRecord<>(
                  record.topic(),
                  0,
                  System.currentTimeMillis() - ago.toMillis(),
                  record.key(),
                  record.value(),
                  record.headers())));
    }
    for (Future<?> answer : answers) {
      answer.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
  }

  void send(ProducerRecord<String, byte[]> record) throws Exception {
    producer.send(record).get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  /** In a transaction that is given up, as by an instance of project that has been replaced. */
  void sendAborted(Entry entry) throws Exception {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    try (KafkaProducer<String, byte[]> replaced =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      replaced.initTransactions();
      replaced.beginTransaction();
      replaced
          .send(produced(lanes.entriesTopic(), 0, entry))
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
      replaced.abortTransaction();
    }
  }

  void pulse(Duration ago) throws Exception {
    send(new Entry.Pulse(System.currentTimeMillis() - ago.toMillis(), null));
  }

  /** The sessions of the lane's index, the first ones first. */
  List<String> ranked() {
    return redis.zrevrange(settings.priorityKey(0).getBytes(UTF_8), 0, -1).stream()
        .map(key -> new String(key, UTF_8).substring(key("").length()))
        .toList();
  }

  void dropIndex() {
    redis.del(settings.priorityKey(0).getBytes(UTF_8));
  }

  /** How many sessions are cached. */
  long cached() {
    return redis.keys(name + ":session:*").size();
  }

  @Nullable String cached(String session) {
    return value(key(session));
  }

  @Nullable String value(String key) {
    byte[] value = redis.get(key.getBytes(UTF_8));
    return value == null ? null : new String(value, UTF_8);
  }

  void awaitCached(long sessions) {
    await("cached sessions").atMost(SOON).until(this::cached, now -> now == sessions);
  }

  /** Waits until the lane's next owner would be told that Redis holds it whole. */
  void awaitWhole() {
    await("lane is whole")
        .atMost(SOON)
        .until(
            () ->
                RedisIdentity.parse(committed().metadata()).isPresent()
                    && progress.lanesRefilling() == 0);
  }

  void awaitCommitted(long offset) {
    await("commit").atMost(SOON).until(() -> committed().offset() >= offset);
  }

  OffsetAndMetadata committed() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin
            .listConsumerGroupOffsets(GROUP.groupId(lanes))
            .partitionsToOffsetAndMetadata()
            .get(SOON.toSeconds(), TimeUnit.SECONDS);
    OffsetAndMetadata offset = offsets.get(new TopicPartition(lanes.entriesTopic(), 0));
    return offset == null ? new OffsetAndMetadata(0) : offset;
  }

  @Override
  public void close() throws Exception {
    stop();
    producer.close();
    deadLetters.close();
    admin.close();
    applying.close();
    looking.close();
  }
}
