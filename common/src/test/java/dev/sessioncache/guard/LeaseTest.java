package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaseTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration TTL = Duration.ofMinutes(5);

  private final Lease lease =
      new Lease(new GuardSettings(TTL, 0.1, Duration.ofHours(1), "warmer:"), new Random(1));

  @Test
  void shouldShortenTheLeaseByTheJitterAtMost() {
    Set<Duration> leases =
        Stream.generate(() -> lease.timeToLive(NOW, Instant.MAX))
            .limit(500)
            .collect(Collectors.toSet());

    assertThat(leases)
        .hasSizeGreaterThan(400)
        .allSatisfy(ttl -> assertThat(ttl).isBetween(Duration.ofSeconds(270), TTL));
  }

  @Test
  void shouldEndWithTheSessionWhenItEndsFirst() {
    assertThat(lease.timeToLive(NOW, NOW.plusSeconds(7))).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void shouldLeaveNothingWhenTheSessionHasEnded() {
    assertThat(lease.timeToLive(NOW, NOW)).isZero();
    assertThat(lease.timeToLive(NOW, Instant.EPOCH)).isNegative();
  }
}
