package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.WriteCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarmReportTest {

  private static final Instant SNAPSHOT_AT = Instant.parse("2026-01-31T12:00:00.5Z");

  private static final WarmReport PLAIN =
      new WarmReport(
          1000,
          new WriteCounts(1000, 0, 0, 0, 0),
          Map.of(),
          0,
          Duration.ofMillis(800),
          Optional.of(Duration.ofMillis(1234)),
          false,
          SNAPSHOT_AT,
          1);

  @Test
  void shouldTakeTwoLinesWhenAllWentWell() {
    assertThat(PLAIN.text())
        .isEqualTo(
            """
            warmed   1,000 of 1,000 live sessions read; 0 already newer in Redis, 0 skipped
            time     0.80 s, 1,250 sessions/s, first after 1,234 ms; snapshot of 2026-01-31T12:00:00Z""");
  }

  @Test
  void shouldSayAllThatIsOutOfTheOrdinary() {
    assertThat(troubled().text())
        .isEqualTo(
            """
            warmed   90 of 100 live sessions read; 2 already newer in Redis, 3 skipped (unusable_key 2, ended 1)
            time     2.00 s, 50 sessions/s; snapshot of 2026-01-31T12:00:00Z
            ended    at the deadline, before all sessions were read: see warm.deadline
            late     4 came after the deadline and changed nothing
            full     1 found no memory in Redis: raise maxmemory
            repeated 7 batches, because Redis did not answer""");
  }

  @Test
  void shouldBeOneJsonObject() {
    assertThat(PLAIN.json())
        .isEqualTo(
            "{\"read\":1000,\"written\":1000,\"rejected\":0,\"late\":0,\"no_memory\":0,\"skipped\":{},"
                + "\"retries\":0,\"seconds\":0.800,\"rate\":1250.0,\"first_write_ms\":1234,"
                + "\"deadline_reached\":false,\"snapshot_at\":\"2026-01-31T12:00:00.500Z\",\"timeline\":1}");
    assertThat(troubled().json())
        .isEqualTo(
            "{\"read\":100,\"written\":90,\"rejected\":2,\"late\":4,\"no_memory\":1,"
                + "\"skipped\":{\"unusable_key\":2,\"ended\":1},"
                + "\"retries\":7,\"seconds\":2.000,\"rate\":50.0,\"first_write_ms\":null,"
                + "\"deadline_reached\":true,\"snapshot_at\":\"2026-01-31T12:00:00.500Z\",\"timeline\":1}");
  }

  private static WarmReport troubled() {
    Map<Skip, Long> skipped = new EnumMap<>(Skip.class);
    skipped.put(Skip.UNUSABLE_KEY, 2L);
    skipped.put(Skip.ENDED, 1L);
    return new WarmReport(
        100,
        new WriteCounts(90, 1, 2, 4, 1),
        skipped,
        7,
        Duration.ofSeconds(2),
        Optional.empty(),
        true,
        SNAPSHOT_AT,
        1);
  }
}
