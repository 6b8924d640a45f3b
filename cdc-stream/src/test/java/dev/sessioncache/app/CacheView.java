package dev.sessioncache.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What Redis holds under one prefix. */
final class CacheView implements AutoCloseable {

  private final ObjectMapper json = new ObjectMapper();
  private final String prefix;
  private final AbstractRedisClient client;
  private final RedisClusterCommands<String, String> redis;

  /**
   * @param redisUrl of one server, or of several, separated by commas, of a cluster
   */
  CacheView(String redisUrl, String prefix) {
    this.prefix = prefix;
    if (redisUrl.contains(",")) {
      RedisClusterClient cluster = RedisClusterClient.create(redisUrl);
      cluster.setOptions(followingFailovers());
      this.client = cluster;
      this.redis = cluster.connect().sync();
    } else {
      RedisClient server = RedisClient.create(redisUrl);
      this.client = server;
      this.redis = server.connect().sync();
    }
  }

  private static ClusterClientOptions followingFailovers() {
    return ClusterClientOptions.builder()
        .nodeFilter(node -> !node.is(NodeFlag.FAIL))
        .timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(10)))
        .topologyRefreshOptions(
            ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(Duration.ofSeconds(1))
                .build())
        .build();
  }

  RedisClusterCommands<String, String> redis() {
    return redis;
  }

  Optional<JsonNode> read(String key) {
    String value = redis.get(key);
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
    return redis.keys(prefix + ":session:*");
  }

  /** All cached values. */
  List<String> values() {
    return sessions().stream().map(redis::get).filter(Objects::nonNull).toList();
  }

  List<String> keys() {
    return redis.keys(prefix + ":*");
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
