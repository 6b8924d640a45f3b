package dev.sessioncache.project;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.config.BootstrapServers;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * The topology over one lane, which is all that Kafka's test driver has: takes records of {@code
 * changes} as capture writes them and hands out those of {@code entries}.
 */
final class LaneDriver implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  static final Duration BOUND = Duration.ofSeconds(30);
  static final KafkaSettings KAFKA =
      new KafkaSettings(BootstrapServers.parse("none:1"), Duration.ofSeconds(10));
  static final GuardSettings GUARD = GuardSettings.defaults();
  static final LaneSettings SETTINGS = new LaneSettings(2, "test", (short) 1, BOUND);

  /** The transaction of every baseline that {@link #loaded} takes. */
  static final long BASELINE = 700;

  final MeterRegistry meters = new SimpleMeterRegistry();
  final SettableClock clock = new SettableClock(NOW);
  final ProjectProgress counts = new ProjectProgress(meters);
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> changes;
  private final TestOutputTopic<String, byte[]> entries;
  private final TestOutputTopic<byte[], byte[]> deadLetters;
  private Epoch epoch = new Epoch(1, 1);
  private long term;
  private String tokenHash = "";

  LaneDriver(Path stateDir) {
    this(stateDir, new Priority.Recency());
  }

  LaneDriver(Path stateDir, Priority priority) {
    this(stateDir, priority, PlatformMapping.create());
  }

  LaneDriver(Path stateDir, Priority priority, SessionMapping mapping) {
    Topology topology = ProjectTopology.build(SETTINGS, mapping, GUARD, priority, clock, counts);
    Properties properties =
        ProjectProperties.of(
            KAFKA, KafkaSecurity.NONE, SETTINGS, new ProjectSettings(Optional.of(stateDir), 1, 0));
    this.driver = new TopologyTestDriver(topology, properties, NOW);
    this.changes =
        driver.createInputTopic(
            SETTINGS.changesTopic(), new ByteArraySerializer(), new ByteArraySerializer());
    this.entries =
        driver.createOutputTopic(
            SETTINGS.entriesTopic(), new StringDeserializer(), new ByteArrayDeserializer());
    this.deadLetters =
        driver.createOutputTopic(
            SETTINGS.deadLettersTopic(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** From now on records carry this term; 0 for none. */
  LaneDriver inTerm(long next) {
    term = next;
    return this;
  }

  /** From now on records say that tokens went through that hash; empty when they say nothing. */
  LaneDriver hashedBy(String fingerprint) {
    tokenHash = fingerprint;
    return this;
  }

  /** From now on records carry this epoch. */
  LaneDriver in(Epoch next) {
    epoch = next;
    return this;
  }

  LaneDriver take(ChangeLine... lines) {
    for (ChangeLine line : lines) {
      take(line.key(), line.value(), epoch.toString());
    }
    return this;
  }

  void take(@Nullable String key, byte @Nullable [] value, String epochText) {
    takeBytes(key == null ? null : key.getBytes(UTF_8), value, epochText);
  }

  void takeBytes(byte @Nullable [] key, byte @Nullable [] value, String epochText) {
    Headers headers = new RecordHeaders();
    headers.add(ChangeFormat.EPOCH_HEADER, epochText.getBytes(UTF_8));
    if (term != 0) {
      headers.add(ChangeFormat.TERM_HEADER, Long.toString(term).getBytes(UTF_8));
    }
    if (!tokenHash.isEmpty()) {
      headers.add(ChangeFormat.TOKEN_HASH_HEADER, tokenHash.getBytes(UTF_8));
    }
    changes.pipeInput(new TestRecord<>(key, value, headers, NOW));
  }

  LaneDriver begin() {
    return take(ChangeLine.of(ControlRecords.baselineBegin()));
  }

  LaneDriver end() {
    return take(ChangeLine.of(ControlRecords.baselineEnd(TransactionId.of(BASELINE))));
  }

  /** A pulse sent so long ago, by a capture whose baseline was complete. */
  LaneDriver pulse(Duration ago) {
    return pulse(ago, true);
  }

  LaneDriver pulse(Duration ago, boolean complete) {
    return take(
        ChangeLine.of(ControlRecords.pulse(clock.instant().minus(ago).toEpochMilli(), complete)));
  }

  /** Lets the lane publish the next piece. */
  LaneDriver tick() {
    driver.advanceWallClockTime(Duration.ofMillis(20));
    return this;
  }

  /** Loads a baseline of these rows, lets the lane catch up, and forgets what it has sent. */
  LaneDriver loaded(ChangeLine... rows) {
    begin().take(rows).end().pulse(Duration.ZERO).tick().tick();
    entries();
    return this;
  }

  /** What the lane has sent since the last call, but for the sign that it publishes. */
  List<Entry> entries() {
    return all().stream().filter(entry -> !(entry instanceof Entry.Publishing)).toList();
  }

  /** What the lane has sent since the last call. */
  List<Entry> all() {
    return entries.readRecordsToList().stream().map(LaneDriver::read).toList();
  }

  /**
   * What the lane has sent since the last call, pulses apart: {@code put <key>} or {@code remove
   * <key>}.
   */
  List<String> sent() {
    return entries().stream()
        .filter(entry -> !(entry instanceof Entry.Pulse))
        .map(entry -> (entry instanceof Entry.Put ? "put " : "remove ") + EntryFormat.key(entry))
        .toList();
  }

  /** The document of the only put since the last call. */
  String document() {
    List<Entry.Put> puts =
        entries().stream().filter(Entry.Put.class::isInstance).map(Entry.Put.class::cast).toList();
    if (puts.size() != 1) {
      throw new AssertionError("expected one put but got " + puts.size());
    }
    return new String(puts.get(0).document(), UTF_8);
  }

  /** The position of the only entry since the last call. */
  String position() {
    List<Entry> sent = entries();
    if (sent.size() != 1) {
      throw new AssertionError("expected one entry but got " + sent);
    }
    return sent.get(0) instanceof Entry.Put put
        ? put.position()
        : ((Entry.Removal) sent.get(0)).position();
  }

  /** The dead letters since the last call. */
  List<TestRecord<byte[], byte[]>> deadLetters() {
    return deadLetters.readRecordsToList();
  }

  private static Entry read(TestRecord<String, byte[]> record) {
    return EntryFormat.read(
        new ConsumerRecord<>(
            SETTINGS.entriesTopic(),
            0,
            0,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  @Override
  public void close() {
    driver.close();
  }
}
