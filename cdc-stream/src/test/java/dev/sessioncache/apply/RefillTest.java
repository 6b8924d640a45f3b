package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.consumed;
import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.mapping.KeyTemplate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a refill puts back, judged by replaying the whole log. */
class RefillTest {

  private static final TopicPartition LANE = new TopicPartition("entries", 0);
  private static final Duration GUARD_TTL = Duration.ofHours(1);
  private static final RedisIdentity REDIS = new RedisIdentity("g", "r");
  private static final LaneBatch.Reader ENTRIES =
      new LaneBatch.Reader(
          KeyTemplate.parse("{token}"),
          new Lease(new GuardSettings(Duration.ofMinutes(5), 0, GUARD_TTL, "test:"), new Random(1)),
          Duration.ofSeconds(30));

  private static final LaneBatch.Budget NO_BUDGET = (lane, priority) -> false;

  private final List<Entry> log = new ArrayList<>();

  @Test
  void shouldPutBackTheNewestOfEachKeyAndTakeAwayWhatWasRemoved() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, String> expected = new LinkedHashMap<>();
    for (int i = 0; i < 5_000; i++) {
      String key = "k" + random.nextInt(750);
      boolean remove = random.nextInt(4) == 0;
      log.add(remove ? removal(key, i) : put(key, i));
      expected.put(key, EntryRecords.position(i) + (remove ? "-" : "+"));
    }

    assertThat(refilled(5_000, List.of())).as("seed %d", seed).isEqualTo(expected);
  }

  @Test
  void shouldBeginWithWhatChangedLast() {
    log.addAll(List.of(put("a", 0), put("b", 1), put("a", 2), put("c", 3)));

    assertThat(refilled(4, List.of()).keySet()).containsExactly("c", "a", "b");
  }

  @Test
  void shouldLeaveAloneWhatTheLiveStreamHasWrittenSinceItBegan() {
    log.addAll(List.of(put("a", 0), put("b", 1)));

    assertThat(refilled(2, List.of("a")).keySet()).containsExactly("b");
  }

  @Test
  void shouldNotReadBeyondWhatHadBeenApplied() {
    log.addAll(List.of(put("a", 0), put("b", 1)));

    assertThat(refilled(1, List.of()).keySet()).containsExactly("a");
  }

  @Test
  void shouldPutNothingBackThatHasEndedMeanwhile() {
    Entry.Put ended = (Entry.Put) put("a", 1);
    log.add(put("a", 0));
    log.add(
        new Entry.Put(
            "a", ended.position(), ended.document(), System.currentTimeMillis() - 1, 0, 0));

    assertThat(refilled(2, List.of())).isEmpty();
  }

  @Test
  void shouldWriteNothingWhileKafkaDoesNotGiveTheLog() {
    MockConsumer<String, byte[]> broken = new MockConsumer<>("earliest");
    Refill refill = new Refill(LANE, REDIS, new KnownSessions(Clock.systemUTC()), 0, 5);

    refill.advance(new BackwardReader(() -> broken));

    assertThat(refill.isDone()).isFalse();
    assertThat(refill.writes(ENTRIES, NO_BUDGET, GUARD_TTL, Instant.now(), Instant.now()).guarded())
        .isEmpty();
  }

  @Test
  void shouldReadLessAtOnceWhenKafkaIsSlow() {
    for (int i = 0; i < 1_000; i++) {
      log.add(put("k" + i, i));
    }
    LogConsumer slow = new LogConsumer(log, 600);

    assertThat(refilled(slow, 1_000, List.of())).hasSize(1_000);
  }

  /** By key, the position written and whether it was a put, in the order of the writes. */
  private Map<String, String> refilled(long end, List<String> touched) {
    return refilled(new LogConsumer(log, 3_000), end, touched);
  }

  private static Map<String, String> refilled(
      LogConsumer consumer, long end, List<String> touched) {
    BackwardReader reader = new BackwardReader(() -> consumer);
    Refill refill = new Refill(LANE, REDIS, new KnownSessions(Clock.systemUTC()), 0, end);
    touched.forEach(refill::touched);
    Map<String, String> written = new LinkedHashMap<>();
    while (!refill.isDone()) {
      refill.advance(reader);
      for (GuardedWrite write :
          refill.writes(ENTRIES, NO_BUDGET, GUARD_TTL, Instant.now(), Instant.now()).guarded()) {
        String kind = write.document() == null ? "-" : "+";
        assertThat(written.put(write.key(), write.position() + kind)).isNull();
      }
      refill.written(0);
    }
    return written;
  }

  /** Gives so many records of the log from wherever it is sought to. */
  private static final class LogConsumer extends MockConsumer<String, byte[]> {

    private static final LaneBatch.Budget NO_BUDGET = (lane, priority) -> false;

    private final List<Entry> log;
    private final int records;

    LogConsumer(List<Entry> log, int records) {
      super("earliest");
      this.log = log;
      this.records = records;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void seek(TopicPartition lane, long offset) {
      super.seek(lane, offset);
      updateBeginningOffsets(Map.of(lane, 0L));
      for (int i = (int) offset; i < Math.min(log.size(), offset + records); i++) {
        addRecord(consumed("entries", 0, i, log.get(i)));
      }
    }
  }
}
