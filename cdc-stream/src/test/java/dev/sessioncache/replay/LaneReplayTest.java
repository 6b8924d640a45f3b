package dev.sessioncache.replay;

import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.apply.BackwardReader;
import dev.sessioncache.apply.EntryRecords;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.WriteCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a replay writes of a lane, judged by reading the whole log forwards. */
class LaneReplayTest {

  private static final TopicPartition LANE = new TopicPartition("entries", 0);
  private static final Duration GUARD_TTL = Duration.ofHours(1);
  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0, GUARD_TTL, "test:");

  private final List<ConsumerRecord<String, byte[]>> log = new ArrayList<>();
  private final Map<String, String> written = new LinkedHashMap<>();
  private final Tally tally = new Tally();
  private final Stop stop = new Stop(StopSignal.onRequestOnly());
  private final LaneKeys keys = new LaneKeys(1_000_000);
  private int failures;

  @Test
  void shouldWriteTheNewestOfEachKeyAndNothingElse() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, String> expected = new LinkedHashMap<>();
    for (int i = 0; i < 10_000; i++) {
      String key = "k" + random.nextInt(1_500);
      boolean remove = random.nextInt(4) == 0;
      add(remove ? removal(key, i) : put(key, i));
      expected.put(key, EntryRecords.position(i) + (remove ? "-" : "+"));
    }

    replay(DoneOffsets.NONE);

    assertThat(written).as("seed %d", seed).isEqualTo(expected);
    expected.forEach(
        (key, what) ->
            assertThat(keys.isLive(LaneKeys.hash(key)))
                .as("seed %d", seed)
                .isEqualTo(what.endsWith("+")));
  }

  @Test
  void shouldNeverWriteAnOldPutBehindARemoval() throws Exception {
    add(put("revoked", 0));
    add(removal("revoked", 1));
    Instant longAgo = Instant.now().minus(GUARD_TTL.multipliedBy(2));
    add(put("long gone", 2));
    add(at(longAgo, consumed("entries", 0, log.size(), removal("long gone", 3))));

    replay(DoneOffsets.NONE);

    assertThat(written).containsExactly(Map.entry("revoked", EntryRecords.position(1) + "-"));
    assertThat(keys.isLive(LaneKeys.hash("long gone"))).isFalse();
  }

  @Test
  void shouldPutNothingThatHasEnded() throws Exception {
    add(put("a", 0));
    add(
        new Entry.Put(
            "a",
            EntryRecords.position(1),
            "{}".getBytes(UTF_8),
            System.currentTimeMillis() - 1,
            0,
            1));

    replay(DoneOffsets.NONE);

    assertThat(written).isEmpty();
    assertThat(keys.isLive(LaneKeys.hash("a"))).isFalse();
    assertThat(tally.figures().ended()).isEqualTo(1);
  }

  @Test
  void shouldNotTakeAnOlderPutForTheNewestWhenTheNewestIsNoEntry() throws Exception {
    add(put("a", 0));
    add(consumed("entries", 0, log.size(), "a", "no document"));
    add(consumed("entries", 0, log.size(), null, "no key"));

    LaneReplay lane = replay(DoneOffsets.NONE);

    assertThat(written).isEmpty();
    assertThat(lane.unusable()).containsExactly("a");
    assertThat(tally.figures().unreadable()).isEqualTo(2);
  }

  @Test
  void shouldGoOnBehindWhatIsDoneAndBeginWithWhatHasComeSince() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      add(put("k" + i % 4_000, i));
    }

    LaneReplay lane = replay(DoneOffsets.NONE.with(3_000, 4_500));

    // Offsets from 4,500 up have come since; the keys below 500 and from 3,000 up are done.
    assertThat(written).hasSize(500 + 2_000).doesNotContainKeys("k400", "k3000", "k3999");
    assertThat(written.get("k600")).isEqualTo(EntryRecords.position(4_600) + "+");
    assertThat(written.keySet()).first().isEqualTo("k999");
    assertThat(keys.isLive(LaneKeys.hash("k3000"))).isTrue();
    assertThat(lane.done()).isEqualTo(DoneOffsets.NONE.with(0, 5_000));
    assertThat(tally.figures().kept()).isEqualTo(1_500);
  }

  @Test
  void shouldKeepWhatWasSettledWhenItIsStopped() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      add(put("k" + i, i));
    }

    LaneReplay lane = replay(DoneOffsets.NONE.with(100, 200), 2_000);

    assertThat(written.size()).isBetween(2_000, 4_000);
    assertThat(lane.done().stretches())
        .containsExactly(
            new DoneOffsets.Stretch(100, 200),
            new DoneOffsets.Stretch(5_000 - written.size(), 5_000));
  }

  @Test
  void shouldWriteAgainWhatRedisHasFailedToTake() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      add(put("k" + i, i));
    }
    failures = 3;

    replay(DoneOffsets.NONE);

    assertThat(written).hasSize(2_000);
    assertThat(tally.figures().retries()).isEqualTo(3);
  }

  @Test
  void shouldTellTheNewestPulse() throws Exception {
    add(new Entry.Pulse(1_000, null));
    add(put("a", 1));
    add(new Entry.Pulse(2_000, null));

    assertThat(replay(DoneOffsets.NONE).newest().atMillis()).isEqualTo(2_000);
  }

  private void add(Entry entry) {
    add(consumed("entries", 0, log.size(), entry));
  }

  private void add(ConsumerRecord<String, byte[]> record) {
    log.add(record);
  }

  private static ConsumerRecord<String, byte[]> consumed(
      String topic, int lane, long offset, Entry entry) {
    return EntryRecords.consumed(topic, lane, offset, entry);
  }

  private static ConsumerRecord<String, byte[]> consumed(
      String topic, int lane, long offset, @Nullable String key, String value) {
    return new ConsumerRecord<>(topic, lane, offset, key, value.getBytes(UTF_8));
  }

  private static ConsumerRecord<String, byte[]> at(
      Instant time, ConsumerRecord<String, byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        time.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        record.value(),
        new RecordHeaders(record.headers()),
        Optional.empty());
  }

  private LaneReplay replay(DoneOffsets done) throws InterruptedException {
    return replay(done, Integer.MAX_VALUE);
  }

  private LaneReplay replay(DoneOffsets done, int stopAfter) throws InterruptedException {
    LaneReplay lane =
        new LaneReplay(
            new LaneRange(LANE, 0, log.size()),
            done,
            keys,
            new LaneReplay.Shared(GUARD_TTL, InstantSource.system(), tally, stop));
    try (BackwardReader reader =
        new BackwardReader(
            () -> new LogConsumer(log), new BackwardReader.Size(1_000, 1 << 20, 1 << 17))) {
      lane.run(
          reader,
          new InFlight(batch -> take(batch, stopAfter), lane::settled, tally, this::isStopping));
    }
    return lane;
  }

  private boolean isStopping() {
    return stop.requested();
  }

  private CompletionStage<WriteCounts> take(Batch batch, int stopAfter) {
    if (failures > 0) {
      failures--;
      return CompletableFuture.failedFuture(new IllegalStateException("Redis is away"));
    }
    List<GuardedWrite> writes = batch.writes(new Lease(SETTINGS, new Random(1)), Instant.now());
    for (GuardedWrite write : writes) {
      String kind = write.document() == null ? "-" : "+";
      assertThat(written.put(write.key(), write.position() + kind)).isNull();
    }
    if (written.size() >= stopAfter) {
      stop.afterFailure();
    }
    return CompletableFuture.completedFuture(new WriteCounts(writes.size(), 0, 0, 0, 0));
  }

  /** Gives records of the log from wherever it is sought to. */
  private static final class LogConsumer extends MockConsumer<String, byte[]> {

    private static final int RECORDS = 3_000;

    private final List<ConsumerRecord<String, byte[]>> log;

    LogConsumer(List<ConsumerRecord<String, byte[]>> log) {
      super("earliest");
      this.log = log;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void seek(TopicPartition lane, long offset) {
      super.seek(lane, offset);
      updateBeginningOffsets(Map.of(lane, 0L));
      for (int i = (int) offset; i < Math.min(log.size(), offset + RECORDS); i++) {
        addRecord(log.get(i));
      }
    }
  }
}
