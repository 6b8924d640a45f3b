package dev.sessioncache.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether all lanes of an instance have published a baseline. */
class OwnedLanesTest {

  private static final String FLOOR = floor(1);
  private static final TopicPartition FIRST = new TopicPartition("entries", 0);
  private static final TopicPartition SECOND = new TopicPartition("entries", 1);

  private final OwnedLanes lanes = new OwnedLanes(Clock.systemUTC());

  @BeforeEach
  void assign() {
    lanes.assigned(FIRST, Optional.empty());
    lanes.assigned(SECOND, Optional.empty());
  }

  @Test
  void shouldWaitForEachLane() {
    lanes.applied(published(Map.of(0, FLOOR)));
    assertThat(lanes.havePublished(FLOOR)).isFalse();

    lanes.applied(published(Map.of(1, FLOOR)));

    assertThat(lanes.havePublished(FLOOR)).isTrue();
  }

  @Test
  void shouldNotTakeAnEarlierBaselineForThisOne() {
    lanes.applied(published(Map.of(0, floor(2), 1, FLOOR)));

    assertThat(lanes.havePublished(FLOOR)).isTrue();
    assertThat(lanes.havePublished(floor(2))).isFalse();
  }

  @Test
  void shouldWaitForNoLaneThatHasGone() {
    lanes.applied(published(Map.of(0, FLOOR)));

    lanes.revoked(SECOND);

    assertThat(lanes.havePublished(FLOOR)).isTrue();
  }

  private static LaneBatch published(Map<Integer, String> floors) {
    return new LaneBatch(
        new Writes(Set.of(), List.of(), PriorityIndex.Changes.NONE, Map.of()),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        Set.of(),
        floors,
        List.of());
  }

  private static String floor(int baseline) {
    return StreamPosition.beforeBaseline(1, baseline, TransactionId.of(700)).encode();
  }
}
