package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.consumed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.KeyTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LaneBatchTest {

  private static final String FLOOR =
      StreamPosition.beforeBaseline(1, 9, TransactionId.of(7)).encode();
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Lease LEASE =
      new Lease(new GuardSettings(TTL, 0, Duration.ofHours(1), "test:"), new Random(1));
  private static final LaneBatch.Reader READER =
      new LaneBatch.Reader(KeyTemplate.parse("session:{token}"), LEASE, BOUND);
  private static final byte[] DOCUMENT = {'{', '}'};

  @Test
  void shouldKeepTheOrderOfALaneWhenItBecomesWrites() {
    LaneBatch batch =
        batch(
            put("a", NOW.plus(Duration.ofDays(1)), 7),
            new Entry.Removal("b", EntryRecords.position(2), 8),
            put("a", NOW.plus(Duration.ofDays(1)), 0));

    assertThat(batch.writes().guarded())
        .extracting(GuardedWrite::key)
        .containsExactly("a", "b", "a");
    assertThat(batch.writes().guarded().get(1).document()).isNull();
    assertThat(batch.committedAtMicros()).containsExactly(7L, 8L);
  }

  @Test
  void shouldLiveAsLongAsTheLeaseWhenTheSessionLivesLonger() {
    assertThat(batch(put("a", NOW.plus(Duration.ofDays(1)), 0)).writes().guarded())
        .extracting(GuardedWrite::timeToLive)
        .containsExactly(TTL);
  }

  @Test
  void shouldLiveAsLongAsTheSessionWhenThatEndsBeforeTheLease() {
    assertThat(batch(put("a", NOW.plusSeconds(9), 0)).writes().guarded())
        .extracting(GuardedWrite::timeToLive)
        .containsExactly(Duration.ofSeconds(9));
  }

  @Test
  void shouldTakeAPutAsARemovalWhenItWasMadeLongerAgoThanTheBound() {
    Instant muchLater = Instant.now().plus(BOUND).plusSeconds(1);

    GuardedWrite write =
        READER
            .read(
                records(Map.of(0, List.of(put("a", muchLater.plusSeconds(60), 0)))),
                floor -> true,
                lane -> true,
                (lane, priority) -> false,
                muchLater)
            .writes()
            .guarded()
            .get(0);

    assertThat(write.document()).isNull();
  }

  /** An entry read again long after it was written. */
  @Test
  void shouldBecomeARemovalWhenTheSessionHasEnded() {
    GuardedWrite write = batch(put("a", NOW, 0)).writes().guarded().get(0);

    assertThat(write.document()).isNull();
    assertThat(write.position()).isEqualTo(EntryRecords.position(1));
  }

  @Test
  void shouldHoldTheNewestPulseOfEachLaneWhenThereAreSeveral() {
    LaneBatch batch =
        READER.read(
            records(
                Map.of(
                    0,
                    List.of(
                        new Entry.Pulse(5, null),
                        new Entry.Pulse(9, null),
                        new Entry.Pulse(7, null)),
                    1,
                    List.of(new Entry.Pulse(3, null)))),
            floor -> true,
            lane -> true,
            (lane, priority) -> false,
            NOW);

    assertThat(batch.writes().watermarksMillis()).containsOnly(Map.entry(0, 9L), Map.entry(1, 3L));
    assertThat(batch.writes().guarded()).isEmpty();
  }

  /** It tells only how far behind the lane is, not that the lane has published. */
  @Test
  void shouldAskForNoSweepWhenThePulseIsFarBehind() {
    LaneBatch batch =
        READER.read(
            records(Map.of(0, List.of(new Entry.Pulse(5, FLOOR)))),
            floor -> false,
            lane -> true,
            (lane, priority) -> false,
            NOW);

    assertThat(batch.floors()).isEmpty();
    assertThat(batch.writes().watermarksMillis()).isEmpty();
  }

  @Test
  void shouldHoldBackAPulseUntilRedisIsSweptToItsFloor() {
    long at = NOW.toEpochMilli();
    var records = records(Map.of(0, List.of(new Entry.Pulse(at, FLOOR))));

    LaneBatch before =
        READER.read(records, floor -> false, lane -> true, (lane, priority) -> false, NOW);
    LaneBatch after =
        READER.read(records, FLOOR::equals, lane -> true, (lane, priority) -> false, NOW);

    assertThat(before.writes().watermarksMillis()).isEmpty();
    assertThat(before.floors()).containsOnly(Map.entry(0, FLOOR));
    assertThat(after.writes().watermarksMillis()).containsOnly(Map.entry(0, at));
    assertThat(after.floors()).isEmpty();
  }

  /** It is heard all the same: a lane that is current is refilled. */
  @Test
  void shouldHoldBackAPulseOfALaneThatRedisHasLostRemovalsOf() {
    long recent = NOW.minus(BOUND).toEpochMilli();
    var records =
        records(
            Map.of(
                0,
                List.of(new Entry.Pulse(recent, null)),
                1,
                List.of(new Entry.Pulse(recent, null)),
                2,
                List.of(new Entry.Pulse(5, null)))); // tells only how far behind it is

    LaneBatch batch =
        READER.read(records, floor -> true, lane -> lane == 1, (lane, priority) -> false, NOW);

    assertThat(batch.writes().watermarksMillis())
        .containsOnly(Map.entry(1, recent), Map.entry(2, 5L));
    assertThat(batch.heard()).containsKeys(0, 1, 2);
  }

  @Test
  void shouldCountAndSkipARecordWhenItIsUnreadable() {
    ConsumerRecord<String, byte[]> foreign = new ConsumerRecord<>("entries", 0, 0, "x", DOCUMENT);
    ConsumerRecord<String, byte[]> good =
        consumed("entries", 0, 1, new Entry.Removal("b", EntryRecords.position(2), 0));

    LaneBatch batch =
        READER.read(
            new ConsumerRecords<>(
                Map.of(new TopicPartition("entries", 0), List.of(foreign, good)), Map.of()),
            floor -> true,
            lane -> true,
            (lane, priority) -> false,
            NOW);

    assertThat(batch.unusable()).hasSize(1);
    assertThat(batch.writes().guarded()).extracting(GuardedWrite::key).containsExactly("b");
  }

  private static Entry put(String key, Instant liveUntil, long committedAtMicros) {
    return new Entry.Put(
        key, EntryRecords.position(1), DOCUMENT, liveUntil.toEpochMilli(), 0, committedAtMicros);
  }

  private static LaneBatch batch(Entry... entries) {
    return READER.read(
        records(Map.of(0, List.of(entries))),
        floor -> true,
        lane -> true,
        (lane, priority) -> false,
        NOW);
  }

  private static ConsumerRecords<String, byte[]> records(Map<Integer, List<Entry>> lanes) {
    Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> records = new HashMap<>();
    lanes.forEach(
        (lane, entries) ->
            records.put(
                new TopicPartition("entries", lane),
                entries.stream().map(entry -> consumed("entries", lane, 0, entry)).toList()));
    return new ConsumerRecords<>(records, Map.of());
  }
}
