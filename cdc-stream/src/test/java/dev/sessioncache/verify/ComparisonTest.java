package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final byte[] DOCUMENT = {1, 2, 3};
  private static final int ENDS_IN_SECONDS = 60;

  private final Comparison comparison =
      new Comparison(new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:"));

  @Test
  void shouldBeRightWithinLeaseAndLife() {
    assertThat(live(DOCUMENT.clone(), 50_000)).isEmpty();
    assertThat(live(DOCUMENT.clone(), 64_000)).as("within what clocks may differ").isEmpty();
  }

  @Test
  void shouldTellEachKind() {
    assertThat(live(null, -2)).contains(Kind.MISSING);
    assertThat(live(new byte[] {1, 2}, 50_000)).contains(Kind.STALE);
    assertThat(live(null, -1)).as("something that is no string").contains(Kind.STALE);
    assertThat(live(DOCUMENT.clone(), -1)).contains(Kind.WRONG_TTL);
    assertThat(live(DOCUMENT.clone(), 66_000)).as("beyond its session").contains(Kind.WRONG_TTL);
    assertThat(dead(DOCUMENT, 1_000)).contains(Kind.ORPHANED);
    assertThat(dead(null, -2)).isEmpty();
  }

  @Test
  void shouldNotLiveLongerThanALease() {
    Expected longLived = expected(DOCUMENT, NOW.plus(Duration.ofDays(1)));

    assertThat(comparison.of(longLived, new Held(DOCUMENT, 304_000), NOW)).isEmpty();
    assertThat(comparison.of(longLived, new Held(DOCUMENT, 306_000), NOW)).contains(Kind.WRONG_TTL);
  }

  private Optional<Kind> live(byte @Nullable [] value, long millisLeft) {
    return comparison.of(
        expected(DOCUMENT, NOW.plusSeconds(ENDS_IN_SECONDS)), new Held(value, millisLeft), NOW);
  }

  private Optional<Kind> dead(byte @Nullable [] value, long millisLeft) {
    return comparison.of(Expected.nothing("key"), new Held(value, millisLeft), NOW);
  }

  private static Expected expected(byte[] document, Instant liveUntil) {
    return new Expected("key", "id", 0, document, liveUntil, "1:1:live");
  }
}
