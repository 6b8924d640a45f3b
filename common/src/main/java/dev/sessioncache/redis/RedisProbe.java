package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.List;

/** Finds out by asking what answers at an address: one server, or one of a cluster. */
final class RedisProbe {

  private final RedisClient client;
  private final RedisUrl url;
  private final String variable;
  private final List<RedisURI> servers;

  RedisProbe(RedisClient client, RedisUrl url, String variable, List<RedisURI> servers) {
    this.client = client;
    this.url = url;
    this.variable = variable;
    this.servers = servers;
  }

  /**
   * Connects to the first that answers.
   *
   * @throws RedisException when none does
   * @throws OperationException when it is a cluster's, which has no database of that number
   */
  StatefulRedisConnection<byte[], byte[]> connect() {
    RedisException failure = new RedisException("no server is named");
    for (RedisURI server : servers) {
      try {
        return client.connect(ByteArrayCodec.INSTANCE, server);
      } catch (RedisConnectionException e) {
        refuseDatabaseOfCluster(server);
        failure = e;
      }
    }
    throw failure;
  }

  /** A cluster's server refuses to be connected to when another database than 0 is named. */
  private void refuseDatabaseOfCluster(RedisURI server) {
    if (server.getDatabase() == 0) {
      return;
    }
    boolean cluster;
    RedisURI first = RedisURI.builder(server).withDatabase(0).build();
    try (StatefulRedisConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE, first)) {
      cluster = saysCluster(connection);
    } catch (RedisConnectionException e) {
      return; // it is refused for another reason
    }
    if (cluster) {
      throw new OperationException(
          "Redis at "
              + url
              + " is a cluster, which has database 0 only: name no other ("
              + variable
              + ")");
    }
  }

  /**
   * @throws OperationException when it is not one and several servers are named
   */
  boolean isCluster(StatefulRedisConnection<byte[], byte[]> server) {
    boolean cluster = saysCluster(server);
    if (!cluster && servers.size() > 1) {
      server.close();
      throw new OperationException(
          "Redis at " + url + " is no cluster: name one server alone (" + variable + ")");
    }
    return cluster;
  }

  /** One that does not tell is taken for one server; as a cluster's, it would answer MOVED. */
  private static boolean saysCluster(StatefulRedisConnection<byte[], byte[]> server) {
    try {
      return RedisInfo.number(server.sync().info("cluster"), "cluster_enabled") == 1;
    } catch (RedisCommandExecutionException e) {
      return false; // INFO is forbidden to us: docs/redis-keys.md asks for it
    }
  }
}
