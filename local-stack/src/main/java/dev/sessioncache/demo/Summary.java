package dev.sessioncache.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.sessioncache.demo.check.CheckReport;
import dev.sessioncache.demo.data.DataState;
import dev.sessioncache.demo.traffic.Latency;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up --once} found; every figure is measured.
 *
 * @param ok every change reached Redis, nothing is wrong there, and somebody read
 * @param stackStartSeconds null when the servers are not ours
 */
record Summary(
    boolean ok,
    @Nullable Double stackStartSeconds,
    DataState data,
    WarmReport warm,
    StreamReport stream,
    TrafficReport traffic,
    LagSamples.Lag lagMs,
    Latency latencyMs,
    Reads readers,
    CheckReport check) {

  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  /**
   * Reads of live sessions since the warm.
   *
   * @param hitRate from 0 to 1; null when nothing was read
   */
  record Reads(long reads, long hits, @Nullable Double hitRate) {}

  /** One line of JSON. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and strings always have JSON", e);
    }
  }
}
