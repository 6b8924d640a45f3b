package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sessioncache.json.FlatJson;
import dev.sessioncache.json.JsonText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a Redis holds of the cache.
 *
 * @param at when it was looked at, by the clock of Redis
 * @param sessions that are cached
 * @param sampled sessions that were looked at closely
 * @param bytesPerSession value and guard, the mean of the sample
 * @param leases times to live of the sample, the shortest first
 * @param usedBytes of all that Redis holds
 * @param maxBytes that it may hold; 0 for no limit
 * @param watermarks of the lanes; empty for one that has none
 * @param lastWarm what the last warm has left
 * @param stages what the stages of the stream tell of themselves, as JSON by name
 * @param instances what each process of the stream tells of all its stages, as JSON by name
 * @param readers what each reader that reports has answered in ten seconds, as JSON by name
 */
record CacheStats(
    Instant at,
    long sessions,
    int sampled,
    double bytesPerSession,
    List<Duration> leases,
    long usedBytes,
    long maxBytes,
    List<OptionalLong> watermarks,
    Optional<WarmRecord> lastWarm,
    Map<String, String> stages,
    Map<String, String> instances,
    Map<String, String> readers) {

  private static final double MIB = 1024 * 1024;

  /** Aligned lines for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "sessions",
        "%,d cached, %,.0f bytes each with their guards (mean of %,d)",
        sessions,
        bytesPerSession,
        sampled);
    line(text, "memory", "%,.1f MiB used%s", usedBytes / MIB, limit());
    line(text, "leases", "%s", leaseWords());
    line(text, "lanes", "%s", laneWords());
    line(
        text,
        "last warm",
        "%s",
        lastWarm
            .map(CacheStats::words)
            .orElse("none within a day, or since this Redis was emptied"));
    stages.forEach((stage, status) -> line(text, stage, "%s", plain(status)));
    instances.forEach((name, status) -> line(text, "instance", "%s, %s", name, does(status)));
    readers.forEach((name, status) -> line(text, "reader", "%s, %s", name, hitRate(status)));
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String title, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-10s", title))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  private String limit() {
    return maxBytes == 0
        ? ", no maxmemory"
        : String.format(Locale.ROOT, " of %,.1f MiB", maxBytes / MIB);
  }

  private String leaseWords() {
    return leases.isEmpty()
        ? "none"
        : "%s to %s, half of them below %s"
            .formatted(
                seconds(leases.get(0)),
                seconds(leases.get(leases.size() - 1)),
                seconds(leases.get(leases.size() / 2)));
  }

  private String laneWords() {
    if (watermarks.isEmpty()) {
      return "none has a watermark: no stream runs, or none has caught up yet";
    }
    long behind = watermarks.stream().filter(OptionalLong::isEmpty).count();
    long oldest = watermarks.stream().mapToLong(mark -> mark.orElse(0)).min().orElse(0);
    return behind > 0
        ? "%d, %d of them without a watermark".formatted(watermarks.size(), behind)
        : "%d, the oldest watermark is %s old".formatted(watermarks.size(), seconds(age(oldest)));
  }

  /** The clocks of Redis and Postgres may differ by a little. */
  private Duration age(long millis) {
    return Duration.ofMillis(Math.max(0, at.toEpochMilli() - millis));
  }

  private static String words(WarmRecord warm) {
    return String.format(
        Locale.ROOT,
        "%s, %s, began at %s%s: %,d written, %,d present, %,d skipped of at most %,d sessions",
        warm.state().label(),
        warm.mode().label(),
        warm.startedAt().truncatedTo(ChronoUnit.SECONDS),
        warm.state() == WarmRecord.State.RUNNING
            ? ", last heard of at " + warm.at().truncatedTo(ChronoUnit.SECONDS)
            : "",
        warm.figures().written(),
        warm.figures().present(),
        warm.figures().skipped(),
        warm.count());
  }

  /** All that a status says, without the marks of JSON. */
  private static String plain(String status) {
    return FlatJson.read(status.getBytes(UTF_8)).entrySet().stream()
        .map(field -> field.getKey().substring(1) + "=" + field.getValue())
        .collect(joining(" "));
  }

  /** What matters of one of several: whether it would take over from the others. */
  private static String does(String status) {
    String capture = FlatJson.read(status.getBytes(UTF_8)).get("/capture/mode");
    return capture == null
        ? "without capture"
        : capture.equals("standby") ? "stands by to capture" : "captures";
  }

  private static String hitRate(String status) {
    Map<String, String> counts = FlatJson.read(status.getBytes(UTF_8));
    long l1 = count(counts, "/l1");
    long l2 = count(counts, "/l2");
    long all = l1 + l2 + count(counts, "/postgres");
    return all == 0
        ? "no validations in the last 10 s"
        : String.format(
            Locale.ROOT,
            "hit rate %.1f %% of %,d validations in 10 s, of L1 alone %.1f %%",
            100.0 * (l1 + l2) / all,
            all,
            100.0 * l1 / all);
  }

  private static long count(Map<String, String> counts, String name) {
    String text = counts.getOrDefault(name, "0");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  /** One JSON object. */
  String json() {
    return JsonText.object(
        json -> {
          json.writeStringField("at", at.toString());
          json.writeNumberField("sessions", sessions);
          json.writeNumberField("sampled", sampled);
          json.writeNumberField("bytes_per_session", Math.round(bytesPerSession));
          json.writeObjectFieldStart("lease_ms");
          if (!leases.isEmpty()) {
            json.writeNumberField("min", leases.get(0).toMillis());
            json.writeNumberField("median", leases.get(leases.size() / 2).toMillis());
            json.writeNumberField("max", leases.get(leases.size() - 1).toMillis());
          }
          json.writeEndObject();
          json.writeNumberField("used_bytes", usedBytes);
          json.writeNumberField("max_bytes", maxBytes);
          json.writeArrayFieldStart("lanes");
          for (OptionalLong watermark : watermarks) {
            json.writeStartObject();
            if (watermark.isPresent()) {
              json.writeNumberField("watermark_ms", watermark.getAsLong());
              json.writeNumberField("age_ms", age(watermark.getAsLong()).toMillis());
            } else {
              json.writeNullField("watermark_ms");
              json.writeNullField("age_ms");
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeFieldName("last_warm");
          json.writeRawValue(
              lastWarm.map(warm -> new String(warm.withoutPlace().json(), UTF_8)).orElse("null"));
          write(json, "stages", stages);
          write(json, "instances", instances);
          write(json, "readers", readers);
        });
  }

  private static void write(JsonGenerator json, String name, Map<String, String> statuses)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> status : statuses.entrySet()) {
      json.writeFieldName(status.getKey());
      json.writeRawValue(status.getValue());
    }
    json.writeEndObject();
  }
}
