package dev.sessioncache.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process of the stream tells of itself, as {@code warmer:status:instance:*} of
 * docs/redis-keys.md has it. What it does not tell counts as zero.
 */
record InstanceRecord(JsonNode json) {

  private static final Logger log = LoggerFactory.getLogger(InstanceRecord.class);

  String name() {
    return json.path("instance").asText();
  }

  String http() {
    return json.path("http").asText();
  }

  long atMillis() {
    return json.path("at_ms").asLong();
  }

  /** Why it does not do its work, by stage. */
  Map<String, String> reasons() {
    Map<String, String> reasons = new TreeMap<>();
    json.path("reasons")
        .properties()
        .forEach(reason -> reasons.put(reason.getKey(), reason.getValue().asText()));
    return reasons;
  }

  boolean captures() {
    String mode = json.at("/capture/mode").asText();
    return !mode.isEmpty() && !mode.equals("standby");
  }

  boolean standsBy() {
    return json.at("/capture/mode").asText().equals("standby");
  }

  String captureText(String field) {
    return json.path("capture").path(field).asText();
  }

  long captureNumber(String field) {
    return json.path("capture").path(field).asLong();
  }

  boolean hasCompleteBaseline() {
    return json.at("/capture/complete").asBoolean();
  }

  /** Log that Postgres keeps for the slot. */
  OptionalLong retainedBytes() {
    JsonNode bytes = json.at("/capture/slot_retained_bytes");
    return bytes.isNumber() ? OptionalLong.of(bytes.asLong()) : OptionalLong.empty();
  }

  /** How far Redis is behind in the lanes that its apply has, ms. */
  Map<Integer, Long> lags() {
    return lags("/apply/lag_ms");
  }

  /**
   * How far what its project has passed on is behind Postgres, ms; of the lanes that it has and
   * holds nothing back of.
   */
  Map<Integer, Long> projectLags() {
    return lags("/project/lag_ms");
  }

  /** How far what its capture has brought to Kafka is behind Postgres, ms. */
  OptionalLong captureLag() {
    JsonNode lag = json.at("/capture/lag_ms");
    return lag.isNumber() ? OptionalLong.of(lag.asLong()) : OptionalLong.empty();
  }

  /** By lane. What is named otherwise than by a number is no lane. */
  private Map<Integer, Long> lags(String pointer) {
    Map<Integer, Long> lags = new TreeMap<>();
    json.at(pointer)
        .properties()
        .forEach(
            lane -> {
              try {
                lags.put(Integer.parseInt(lane.getKey()), lane.getValue().asLong());
              } catch (NumberFormatException e) {
                log.debug("event=status_unreadable lane={}", lane.getKey());
              }
            });
    return lags;
  }

  /**
   * A number that apply tells.
   *
   * @param pointer below {@code /apply}
   */
  long applied(String pointer) {
    return json.path("apply").at(pointer).asLong();
  }

  long deadLetters() {
    return applied("/dead_letters") + json.at("/project/dead_letters").asLong();
  }

  /** A percentile of the time from commit to Redis, ms; NaN while nothing was written of late. */
  double latency(String percentile) {
    JsonNode millis = json.at("/apply/latency_ms");
    return millis.path("max").asDouble() > 0
        ? millis.path(percentile).asDouble(Double.NaN)
        : Double.NaN;
  }
}
