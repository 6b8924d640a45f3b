package dev.sessioncache.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What Redis holds under one prefix. */
final class CacheView implements AutoCloseable {

  private final ObjectMapper json = new ObjectMapper();
  private final String prefix;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> redis;

  CacheView(String redisUrl, String prefix) {
    this.prefix = prefix;
    this.client = RedisClient.create(redisUrl);
    this.redis = client.connect();
  }

  RedisCommands<String, String> redis() {
    return redis.sync();
  }

  Optional<JsonNode> read(String key) {
    String value = redis.sync().get(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(json.readTree(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys of all cached sessions. */
  List<String> sessions() {
    return redis.sync().keys(prefix + ":session:*");
  }

  /** All cached values. */
  List<String> values() {
    return sessions().stream().map(redis.sync()::get).filter(Objects::nonNull).toList();
  }

  List<String> keys() {
    return redis.sync().keys(prefix + ":*");
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
