package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.AppProcess;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.TopicReader;
import dev.sessioncache.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Capture alone, over real servers: a database with its ledger, topics of its own, captures in this
 * JVM or in one that can be killed, and the judgement whether all that was committed has arrived.
 */
final class CaptureRig implements AutoCloseable {

  /** The one bound of waits in these tests. */
  static final Duration SOON = Duration.ofSeconds(60);

  static final int LANES = 2;

  /** Of the first message of a connection that reads a slot; other connections never say it. */
  static final String READS_A_SLOT = "replication\u0000database";

  final String name;
  final SourceTables tables;
  final DatabaseUrl url;
  final LaneSettings lanes;

  /** {@code capture.retry.limit} of the next start in this JVM. */
  int retryLimit = 10;

  /** {@code capture.session.timeout} of the next start in this JVM. */
  Duration sessionTimeout = Duration.ofSeconds(5);

  private final Stack stack;
  private final String databaseUrl;
  private final KafkaClients kafka;
  private final SessionMapping mapping;
  private final Path stateDir;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
  private final TopicReader reader;

  CaptureRig(Stack stack, String name) throws Exception {
    this(stack, name, Duration.ofSeconds(5));
  }

  CaptureRig(Stack stack, String name, Duration stalenessBound) throws Exception {
    this(stack, name, stalenessBound, LANES);
  }

  CaptureRig(Stack stack, String name, Duration stalenessBound, int lanes) throws Exception {
    this.stack = stack;
    this.name = name;
    this.databaseUrl = stack.createDatabase(name);
    this.url = DatabaseUrl.parse(databaseUrl);
    this.tables = new SourceTables(url);
    this.lanes = new LaneSettings(lanes, name, (short) 1, stalenessBound);
    this.kafka = new KafkaClients(stack.kafkaBootstrapServers());
    MappingSettings settings =
        Configuration.load(
                new Sources(null, Map.of(), Map.of()), List.of(MappingSettings.class), List.of())
            .get(MappingSettings.class);
    this.mapping = SessionMapping.resolve(settings, tables.open());
    try (Admin admin = kafka.admin()) {
      new Topics(admin, this.lanes).ensure();
    }
    this.stateDir = Files.createTempDirectory("capture-rig-");
    this.reader = new TopicReader(kafka, this.lanes.changesTopic(), lanes);
  }

  CaptureSettings settings(int batchSize) {
    return new CaptureSettings(
        CaptureEngine.EMBEDDED,
        name,
        "session_cache_warmer",
        Duration.ofMillis(200),
        Duration.ofMillis(5),
        batchSize,
        retryLimit,
        sessionTimeout);
  }

  /** A capture in this JVM, started; closed with the rig at the latest. */
  RunningCapture start() {
    return start(url, kafka.producer(), 2048);
  }

  RunningCapture start(DatabaseUrl through, Producer<String, byte[]> producer, int batchSize) {
    MeterRegistry meters = new SimpleMeterRegistry();
    CaptureProgress progress = new CaptureProgress(meters);
    Capture capture =
        new Capture(
            through,
            settings(batchSize),
            lanes,
            mapping,
            new CaptureClients(
                stack.kafkaBootstrapServers(), producer, kafka::reader, () -> kafka.watcher(name)),
            progress);
    RunningCapture running = new RunningCapture(capture, progress, meters, producer);
    owned.add(running);
    return running;
  }

  SessionMapping mapping() {
    return mapping;
  }

  Producer<String, byte[]> producer() {
    return kafka.producer();
  }

  KafkaClients kafka() {
    return kafka;
  }

  /** As {@link #producer()}, but it gives a record up after that time. */
  Producer<String, byte[]> producer(Duration deliveryTimeout) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            stack.kafkaBootstrapServers(),
            "client.id",
            name,
            "linger.ms",
            0,
            "request.timeout.ms",
            1_000,
            "max.block.ms",
            deliveryTimeout.toMillis(),
            "delivery.timeout.ms",
            (int) deliveryTimeout.toMillis()),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /** Has the broker slow down {@link #producer(Duration)}. */
  void limitProducer(double bytesPerSecond) throws Exception {
    ClientQuotaEntity client = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, name));
    try (Admin admin = kafka.admin()) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      client,
                      List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
          .all()
          .get();
    }
  }

  /** A capture in a JVM of its own, not started yet. */
  ChildProcess process(int batchSize) {
    return process(databaseUrl, batchSize, "capture");
  }

  /** As {@link #process(int)}, that reaches Postgres through a proxy. */
  ChildProcess process(FaultProxy proxy) {
    String through =
        databaseUrl.replace(url.host() + ":" + url.port(), proxy.host() + ":" + proxy.port());
    return process(through, 2048, "capture");
  }

  /** Other roles in a JVM of their own, not started yet. */
  ChildProcess process(String... roles) {
    return process(databaseUrl, 2048, roles);
  }

  private ChildProcess process(String database, int batchSize, String... roles) {
    Map<String, String> settings = new HashMap<>();
    settings.put("database.url", database);
    settings.put("redis.url", stack.redisUrl());
    settings.put("kafka.bootstrap.servers", stack.kafkaBootstrapServers());
    settings.put("topics.prefix", name);
    settings.put("keys.prefix", name + ":");
    settings.put("capture.slot", name);
    settings.put("capture.batch.size", Integer.toString(batchSize));
    settings.put("capture.pulse.interval", "200ms");
    settings.put("cache.key", name + ":session:{token}");
    settings.put("staleness.bound", lanes.stalenessBound().toSeconds() + "s");
    settings.put("project.state.dir", stateDir.toString());
    settings.put("lanes", Integer.toString(lanes.count()));
    ChildProcess process = AppProcess.of(name + "-" + owned.size(), settings, roles);
    owned.add(process);
    return process;
  }

  /** All of {@code changes}, up to now. */
  Captured captured() {
    return Captured.of(records());
  }

  /** The records of {@code changes}, up to now. */
  List<ConsumerRecord<String, byte[]>> records() {
    read.addAll(reader.next());
    return read;
  }

  /** Waits until everything committed before this call stands in {@code changes}. */
  void awaitQuiet() {
    long now = tables.nowMillis();
    await("a pulse of every lane")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> captured().watermark(lanes.count()) > now);
  }

  /**
   * Every committed change has arrived, no other has, and the rows that follow are Postgres' own.
   */
  void assertExact() {
    awaitQuiet();
    Captured captured = captured();
    assertThat(captured.changes()).containsExactlyInAnyOrderElementsOf(tables.ledger());
    assertThat(captured.sessions()).containsExactlyInAnyOrderElementsOf(tables.sessions());
  }

  /** As {@link #assertExact}, with no baseline but the first. */
  void assertExactWithoutNewBaseline() {
    assertExact();
    assertThat(captured().baselines()).hasSize(1);
  }

  /** Ends all connections of captures to the database, and returns how many. */
  long terminateReaders() {
    return tables.number(
        "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where datname"
            + " = current_database() and pid <> pg_backend_pid() and (backend_type = 'walsender' or"
            + " application_name like 'session-cache-warmer%')) ended");
  }

  boolean slotIsFree() {
    return tables.number(
            "select count(*) from pg_replication_slots where active and slot_name = '" + name + "'")
        == 0;
  }

  long confirmedLsn() {
    return tables.number(
        "select (confirmed_flush_lsn - '0/0')::bigint from pg_replication_slots where slot_name = '"
            + name
            + "'");
  }

  long sentLsn() {
    return tables.number(
        "select coalesce(max((sent_lsn - '0/0')::bigint), 0) from pg_stat_replication r join"
            + " pg_replication_slots s on s.active_pid = r.pid where slot_name = '"
            + name
            + "'");
  }

  long currentLsn() {
    return tables.number("select (pg_current_wal_lsn() - '0/0')::bigint");
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable part : owned) {
      part.close();
    }
    reader.close();
    tables.close();
    Utils.delete(stateDir.toFile());
  }
}
