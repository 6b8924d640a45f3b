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
          new Plan(Plan.Mode.FULL, "no stream keeps this Redis current", null),
          1000,
          0,
          1000,
          new WriteCounts(1000, 0, 0, 0, 0),
          Map.of(),
          0,
          Duration.ofMillis(800),
          Optional.of(Duration.ofMillis(1234)),
          false,
          SNAPSHOT_AT,
          1,
          Optional.of(new Coverage(0.9321, 20_000)),
          0.9,
          false);

  @Test
  void shouldTakeFourLinesWhenAllWentWell() {
    assertThat(PLAIN.text())
        .isEqualTo(
            """
            warmed   1,000 sessions, 0 were already there, 0 newer in Redis, 0 skipped
            mode     full: no stream keeps this Redis current
            coverage 93.2 % of the expected requests, which reaches the target of 90.0 %; 20,000 live sessions
            time     0.80 s, 1,250 sessions/s, first after 1,234 ms; snapshot of 2026-01-31T12:00:00Z""");
  }

  @Test
  void shouldSayAllThatIsOutOfTheOrdinary() {
    assertThat(troubled().text())
        .isEqualTo(
            """
            warmed   90 sessions, 1,000 were already there, 2 newer in Redis, 3 skipped (unusable_key 2, ended 1)
            mode     incremental: asked for
            time     2.00 s, 550 sessions/s; snapshot of 2026-01-31T12:00:00Z
            coverage unknown: the warm ended before it was estimated, or the estimate failed
            dry run  nothing was written: this is what would have been
            ended    at the deadline, with what it had reached: see warm.deadline
            late     4 came after the deadline and changed nothing
            full     1 found no memory in Redis: raise maxmemory
            repeated 7 batches, because Redis did not answer""");
  }

  @Test
  void shouldBeOneJsonObject() {
    assertThat(PLAIN.json())
        .isEqualTo(
            "{\"dry_run\":false,\"mode\":\"full\",\"reason\":\"no stream keeps this Redis current\",\"read\":1000,\"present\":0,\"covered\":1000,\"written\":1000,\"rejected\":0,\"late\":0,\"no_memory\":0,\"skipped\":{},"
                + "\"retries\":0,\"seconds\":0.800,\"rate\":1250.0,\"first_write_ms\":1234,"
                + "\"deadline_reached\":false,\"snapshot_at\":\"2026-01-31T12:00:00.500Z\",\"timeline\":1,"
                + "\"coverage\":0.9321,\"live_sessions\":20000,\"target\":0.9000,\"target_reached\":true}");
    assertThat(troubled().json())
        .isEqualTo(
            "{\"dry_run\":true,\"mode\":\"incremental\",\"reason\":\"asked for\",\"read\":100,\"present\":1000,\"covered\":1091,\"written\":90,\"rejected\":2,\"late\":4,\"no_memory\":1,"
                + "\"skipped\":{\"unusable_key\":2,\"ended\":1},"
                + "\"retries\":7,\"seconds\":2.000,\"rate\":550.0,\"first_write_ms\":null,"
                + "\"deadline_reached\":true,\"snapshot_at\":\"2026-01-31T12:00:00.500Z\",\"timeline\":1,"
                + "\"coverage\":null,\"live_sessions\":null,\"target\":0.9000,\"target_reached\":false}");
  }

  private static WarmReport troubled() {
    Map<Skip, Long> skipped = new EnumMap<>(Skip.class);
    skipped.put(Skip.UNUSABLE_KEY, 2L);
    skipped.put(Skip.ENDED, 1L);
    return new WarmReport(
        new Plan(Plan.Mode.INCREMENTAL, "asked for", null),
        100,
        1_000,
        1_091,
        new WriteCounts(90, 1, 2, 4, 1),
        skipped,
        7,
        Duration.ofSeconds(2),
        Optional.empty(),
        true,
        SNAPSHOT_AT,
        1,
        Optional.empty(),
        0.9,
        true);
  }
}
