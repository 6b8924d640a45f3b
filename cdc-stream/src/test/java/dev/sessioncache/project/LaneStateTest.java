package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class LaneStateTest {

  private static final Epoch EPOCH = new Epoch(2, -3);
  private static final LaneState PUBLISHING =
      new LaneState(
          EPOCH,
          LaneState.Rows.ALL,
          List.of(),
          5_000,
          true,
          "s1",
          7,
          LaneState.Reading.NONE,
          "floor");
  private static final RowPass PASS =
      new RowPass(RowPass.Kind.TRUNCATE_USERS, "", new RowVersion(-5, new TransactionId(-7)), 9);

  @Test
  void shouldBeBehindWhenABaselineBegins() {
    assertThat(PUBLISHING.baselineBegins(new Epoch(2, -2)))
        .isEqualTo(
            new LaneState(
                new Epoch(2, -2),
                LaneState.Rows.LOADING,
                List.of(),
                5_000,
                false,
                null,
                7,
                LaneState.Reading.NONE,
                null));
  }

  @Test
  void shouldMoveTheWatermarkOnlyForwardWhenPulsesAreSentAgain() {
    assertThat(PUBLISHING.pulse(4_000).watermarkMillis()).isEqualTo(5_000);
    assertThat(PUBLISHING.pulse(6_000).watermarkMillis()).isEqualTo(6_000);
  }

  @Test
  void shouldStartToPublishFromTheFirstSessionWhenItHasCaughtUp() {
    assertThat(PUBLISHING.fellBehind().hasCaughtUp().publishedUpTo()).isEmpty();
  }

  @Test
  void shouldBeWithinTheBoundWhenTheWatermarkIsExactlyAsOld() {
    Duration bound = Duration.ofSeconds(2);

    assertThat(PUBLISHING.isWithin(bound, Instant.ofEpochMilli(7_000))).isTrue();
    assertThat(PUBLISHING.isWithin(bound, Instant.ofEpochMilli(7_001))).isFalse();
  }

  @Test
  void shouldBeTheSameWhenReadBack() {
    for (LaneState state :
        List.of(
            LaneState.EMPTY,
            PUBLISHING,
            PUBLISHING.fellBehind(),
            PUBLISHING.forgets().waitsFor(PASS).waitsFor(PASS.upTo("u1")))) {
      try (Serde<LaneState> serde = LaneStateSerde.create()) {
        byte[] bytes = serde.serializer().serialize("", state);

        assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(state);
      }
    }
  }
}
