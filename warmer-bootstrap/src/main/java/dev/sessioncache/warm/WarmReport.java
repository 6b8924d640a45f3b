package dev.sessioncache.warm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sessioncache.guard.WriteCounts;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
 * @param read sessions read from the snapshot
 * @param counts what became of those sent to Redis
 * @param skipped those not put into Redis, by reason
 * @param retries batches repeated because Redis did not answer
 * @param time from the start of the work, connecting included, to the last answer of Redis
 * @param firstWrite from the start of the JVM to the answer to the first batch that wrote
 * @param deadlineReached whether the warm ended because its time was up
 * @param snapshotAt when the snapshot was taken, by the clock of Postgres
 * @param timeline of Postgres
 */
record WarmReport(
    long read,
    WriteCounts counts,
    Map<Skip, Long> skipped,
    long retries,
    Duration time,
    Optional<Duration> firstWrite,
    boolean deadlineReached,
    Instant snapshotAt,
    int timeline) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Two aligned lines for people, and one for each thing out of the ordinary. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "warmed",
        "%,d of %,d live sessions read; %,d already newer in Redis, %,d skipped%s",
        counts.stored(),
        read,
        counts.older(),
        skipped.values().stream().mapToLong(Long::longValue).sum(),
        kinds());
    line(
        text,
        "time",
        "%.2f s, %,.0f sessions/s%s; snapshot of %s",
        seconds(),
        rate(),
        firstWrite.map(t -> ", first after %,d ms".formatted(t.toMillis())).orElse(""),
        snapshotAt.truncatedTo(ChronoUnit.SECONDS));
    if (deadlineReached) {
      line(text, "ended", "at the deadline, before all sessions were read: see warm.deadline");
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

  private String kinds() {
    return skipped.isEmpty()
        ? ""
        : skipped.entrySet().stream()
            .map(kind -> kind.getKey().label() + " " + kind.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  /** One JSON object. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("read", read);
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
      json.writeNumberField("seconds", rounded(seconds(), 3));
      json.writeNumberField("rate", rounded(rate(), 1));
      if (firstWrite.isPresent()) {
        json.writeNumberField("first_write_ms", firstWrite.get().toMillis());
      } else {
        json.writeNullField("first_write_ms");
      }
      json.writeBooleanField("deadline_reached", deadlineReached);
      json.writeStringField("snapshot_at", snapshotAt.toString());
      json.writeNumberField("timeline", timeline);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static BigDecimal rounded(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
  }

  private double seconds() {
    return time.toNanos() / NANOS_PER_SECOND;
  }

  /** Sessions read per second. */
  private double rate() {
    return time.isZero() ? 0 : read / seconds();
  }
}
