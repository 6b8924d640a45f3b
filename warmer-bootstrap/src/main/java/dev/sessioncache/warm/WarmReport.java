package dev.sessioncache.warm;

import dev.sessioncache.guard.WriteCounts;
import dev.sessioncache.json.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a warm has reached; every figure is measured.
 *
 * @param plan how it was gone about
 * @param read sessions whose rows were read from the snapshot
 * @param present sessions that Redis held already, which were not read
 * @param covered sessions that are in Redis now, whoever has put them there
 * @param counts what became of those sent to Redis
 * @param skipped those not put into Redis, by reason
 * @param retries batches repeated because Redis did not answer
 * @param time from the start of the work, connecting included, to the last answer of Redis
 * @param firstWrite from the start of the JVM to the answer to the first batch that wrote
 * @param deadlineReached whether the warm ended because its time was up
 * @param snapshotAt when the snapshot was taken, by the clock of Postgres
 * @param timeline of Postgres
 * @param coverage empty when there was no target, or no time left to find out
 * @param target share of the expected requests, 0 for none
 * @param dryRun whether nothing was written: then it says what would have been
 */
record WarmReport(
    Plan plan,
    long read,
    long present,
    long covered,
    WriteCounts counts,
    Map<Skip, Long> skipped,
    long retries,
    Duration time,
    Optional<Duration> firstWrite,
    boolean deadlineReached,
    Instant snapshotAt,
    int timeline,
    Optional<Coverage> coverage,
    double target,
    boolean dryRun) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** The two sums of a coverage are added up in different orders. */
  private static final double ROUNDING = 1e-6;

  /** Whether the coverage reached is known to be enough. */
  boolean targetReached() {
    return target == 0
        || coverage.filter(reached -> reached.share() >= target - ROUNDING).isPresent();
  }

  /** Aligned lines for people, and one for each thing out of the ordinary. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "warmed",
        "%,d sessions, %,d were already there, %,d newer in Redis, %,d skipped%s",
        counts.stored(),
        present,
        counts.older(),
        skipped.values().stream().mapToLong(Long::longValue).sum(),
        kinds());
    line(text, "mode", "%s: %s", plan.mode().label(), plan.reason());
    coverage.ifPresent(reached -> line(text, "coverage", "%s", words(reached)));
    line(
        text,
        "time",
        "%.2f s, %,.0f sessions/s%s; snapshot of %s",
        seconds(),
        rate(),
        firstWrite.map(t -> ", first after %,d ms".formatted(t.toMillis())).orElse(""),
        snapshotAt.truncatedTo(ChronoUnit.SECONDS));
    if (coverage.isEmpty() && target > 0) {
      line(
          text,
          "coverage",
          "unknown: the warm ended before it was estimated, or the estimate failed");
    }
    if (dryRun) {
      line(text, "dry run", "nothing was written: this is what would have been");
    }
    if (deadlineReached) {
      line(text, "ended", "at the deadline, with what it had reached: see warm.deadline");
    }
    if (counts.late() > 0) {
      line(text, "late", "%,d came after the deadline and changed nothing", counts.late());
    }
    if (counts.noMemory() > 0) {
      line(text, "full", "%,d found no memory in Redis: raise maxmemory", counts.noMemory());
    }
    if (retries > 0) {
      line(text, "repeated", "%,d batches, because Redis did not answer", retries);
    }
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String title, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-9s", title))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  private String words(Coverage reached) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of the expected requests, %s the target of %.1f %%; %,d live sessions",
        100 * reached.share(),
        targetReached() ? "which reaches" : "below",
        100 * target,
        reached.liveSessions());
  }

  private String kinds() {
    return skipped.isEmpty()
        ? ""
        : skipped.entrySet().stream()
            .map(kind -> kind.getKey().label() + " " + kind.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  /** One JSON object. */
  String json() {
    return JsonText.object(
        json -> {
          json.writeBooleanField("dry_run", dryRun);
          json.writeStringField("mode", plan.mode().label());
          json.writeStringField("reason", plan.reason());
          json.writeNumberField("read", read);
          json.writeNumberField("present", present);
          json.writeNumberField("covered", covered);
          json.writeNumberField("written", counts.stored());
          json.writeNumberField("rejected", counts.older());
          json.writeNumberField("late", counts.late());
          json.writeNumberField("no_memory", counts.noMemory());
          json.writeObjectFieldStart("skipped");
          for (Map.Entry<Skip, Long> kind : skipped.entrySet()) {
            json.writeNumberField(kind.getKey().label(), kind.getValue());
          }
          json.writeEndObject();
          json.writeNumberField("retries", retries);
          json.writeNumberField("seconds", JsonText.rounded(seconds(), 3));
          json.writeNumberField("rate", JsonText.rounded(rate(), 1));
          if (firstWrite.isPresent()) {
            json.writeNumberField("first_write_ms", firstWrite.get().toMillis());
          } else {
            json.writeNullField("first_write_ms");
          }
          json.writeBooleanField("deadline_reached", deadlineReached);
          json.writeStringField("snapshot_at", snapshotAt.toString());
          json.writeNumberField("timeline", timeline);
          if (coverage.isPresent()) {
            json.writeNumberField("coverage", JsonText.rounded(coverage.get().share(), 4));
            json.writeNumberField("live_sessions", coverage.get().liveSessions());
          } else {
            json.writeNullField("coverage");
            json.writeNullField("live_sessions");
          }
          json.writeNumberField("target", JsonText.rounded(target, 4));
          json.writeBooleanField("target_reached", targetReached());
        });
  }

  private double seconds() {
    return time.toNanos() / NANOS_PER_SECOND;
  }

  /** Sessions read or found in Redis per second. */
  private double rate() {
    return time.isZero() ? 0 : (read + present) / seconds();
  }
}
