package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CacheStatsTest {

  private static final String PROJECT = "{\"dead_letters\":0,\"lag_ms\":{\"0\":12,\"1\":7}}";

  private final CacheStats stats =
      new CacheStats(
          Instant.EPOCH,
          0,
          0,
          0,
          List.of(),
          0,
          0,
          List.of(),
          Optional.empty(),
          Map.of("project", PROJECT),
          Map.of(),
          Map.of());

  @Test
  void shouldSayWhatAStageTellsWithoutJson() {
    assertThat(stats.text()).endsWith("\nproject   dead_letters=0 lag_ms/0=12 lag_ms/1=7");
  }

  @Test
  void shouldHandOnWhatAStageTellsToPrograms() {
    assertThat(stats.json()).contains("\"stages\":{\"project\":" + PROJECT + "}");
  }
}
