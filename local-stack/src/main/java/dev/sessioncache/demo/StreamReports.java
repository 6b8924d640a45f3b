package dev.sessioncache.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.demo.data.Cache;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the stream says about itself in Redis; nothing while Redis does not answer. Owns its
 * connection; safe for all threads.
 */
final class StreamReports implements AutoCloseable {

  private static final String CAPTURE = "warmer:status:capture";
  private static final String APPLY = "warmer:status:apply";
  private static final String WATERMARK = "warmer:watermark:";

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StatefulRedisConnection<String, String> redis;

  /** Never changes while topics live; zero until apply has said it once. */
  private volatile int lanes;

  StreamReports(Cache cache) {
    this.redis = cache.connect();
    redis.setTimeout(TIMEOUT);
  }

  /** Drops what an earlier process said: its reports live on for some seconds. */
  void forget() {
    redis.sync().del(CAPTURE, APPLY);
  }

  /** Empty until capture and apply have both reported. */
  Optional<StreamReport> report() {
    try {
      return readReport();
    } catch (RedisException e) {
      return Optional.empty();
    }
  }

  private Optional<StreamReport> readReport() {
    Optional<JsonNode> capture = read(CAPTURE);
    Optional<JsonNode> apply = read(APPLY);
    if (capture.isEmpty() || apply.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new StreamReport(
            capture.get().path("mode").asText(),
            capture.get().path("reason").asText(),
            capture.get().path("baseline").asLong(),
            capture.get().path("changes").asLong(),
            apply.get().path("entries").asLong(),
            apply.get().path("accepted").asLong(),
            apply.get().path("rejected").asLong(),
            apply.get().path("lanes").asInt(),
            capture.get().path("http").asText()));
  }

  /**
   * Everything that was committed before this moment is in Redis; empty until all lanes know, and
   * for a moment after somebody has flushed Redis.
   */
  Optional<Instant> watermark() {
    try {
      return readWatermark();
    } catch (RedisException e) {
      return Optional.empty();
    }
  }

  private Optional<Instant> readWatermark() {
    if (lanes == 0) {
      lanes = read(APPLY).map(apply -> apply.path("lanes").asInt()).orElse(0);
      return Optional.empty();
    }
    String[] keys = IntStream.range(0, lanes).mapToObj(i -> WATERMARK + i).toArray(String[]::new);
    Instant least = Instant.MAX;
    for (KeyValue<String, String> lane : redis.sync().mget(keys)) {
      JsonNode at = parsed(lane.getValueOrElse("null")).path("at_ms");
      if (!at.isNumber()) {
        return Optional.empty();
      }
      Instant mark = Instant.ofEpochMilli(at.asLong());
      least = mark.isBefore(least) ? mark : least;
    }
    return Optional.of(least);
  }

  private Optional<JsonNode> read(String key) {
    return Optional.ofNullable(redis.sync().get(key)).map(StreamReports::parsed);
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      // Not a report of ours: as good as none.
      return JSON.missingNode();
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
