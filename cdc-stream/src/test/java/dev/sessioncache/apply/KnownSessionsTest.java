package dev.sessioncache.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KnownSessionsTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long LATER = NOW + 60_000;

  private final KnownSessions known =
      new KnownSessions(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));

  @Test
  void shouldSayTheSameAsAMap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, Long> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = "k" + random.nextInt(3_000);
      if (random.nextInt(4) == 0) {
        known.remove(key, i);
        model.remove(key);
      } else {
        known.put(key, i, LATER + i * 1000L);
        model.put(key, (long) i);
      }
      if (i == 10_000) {
        known.completed();
      }
    }

    assertThat(known.live()).as("seed %d", seed).isEqualTo(model.size());
    for (int i = 0; i < 3_000; i++) {
      int at = known.find("k" + i);
      Long offset = model.get("k" + i);
      assertThat(at != KnownSessions.NONE && known.isLive(at)).isEqualTo(offset != null);
      if (offset != null) {
        assertThat(known.offset(at)).isEqualTo(offset);
        assertThat(known.liveUntilMillis(at)).isEqualTo(LATER + offset * 1000L);
      }
    }
  }

  @Test
  void shouldRememberRemovalsUntilTheLogIsRead() {
    known.remove("gone", 7);
    for (int i = 0; i < 5_000; i++) {
      known.put("k" + i, i, LATER);
    }

    assertThat(known.find("gone")).isNotEqualTo(KnownSessions.NONE);
  }

  @Test
  void shouldForgetWhatHasEndedWhenItNeedsRoom() {
    known.completed();
    for (int i = 0; i < 100_000; i++) {
      known.put("k" + i, i, NOW - 1);
    }

    assertThat(known.live()).isLessThan(1_000);
  }

  @Test
  void shouldLiveForEverWhenASessionHasNoEnd() {
    known.put("k", 1, Long.MAX_VALUE);

    assertThat(known.liveUntilMillis(known.find("k"))).isGreaterThan(4_000_000_000_000L);
  }

  @Test
  void shouldTellRedisOnlyOfPrioritiesThatHaveMoved() {
    known.put("k", 1, LATER);
    assertThat(known.isRankedOtherwise("k", NOW, 30_000)).isTrue();

    known.ranked("k", NOW);

    assertThat(known.isRankedOtherwise("k", NOW + 29_000, 30_000)).isFalse();
    assertThat(known.isRankedOtherwise("k", NOW + 32_000, 30_000)).isTrue();
    known.nothingIsRanked();
    assertThat(known.isRankedOtherwise("k", NOW, 30_000)).isTrue();
  }
}
