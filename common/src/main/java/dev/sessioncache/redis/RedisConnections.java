package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Redis client of one program, and the connections it hands out. Whether it is a cluster, the
 * first server that answers is asked when the first connection is opened; {@link RedisOptions} says
 * how connections behave. A connection on which Redis has fallen silent is closed and made anew.
 * Thread-safe; closing closes all connections.
 */
public final class RedisConnections implements AutoCloseable {

  static final Duration COMMAND_TIMEOUT = RedisOptions.COMMAND_TIMEOUT;

  /** Lettuce's own would wait 30 s between two attempts in the end. */
  private static final Delay RECONNECT_DELAY =
      Delay.equalJitter(Duration.ofMillis(10), Duration.ofSeconds(1), 10, TimeUnit.MILLISECONDS);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final RedisUrl url;
  private final String variable;
  private final RedisOptions options;
  private final List<RedisURI> servers;
  private final ClientResources resources;
  private final RedisClient client;
  private final RedisProbe probe;
  private @Nullable RedisClusterClient cluster;

  /** Without a certificate of our own. */
  public RedisConnections(RedisUrl url, String clientName) {
    this(new RedisSettings(url, Optional.empty()), clientName);
  }

  /**
   * To the server of {@code REDIS_URL}.
   *
   * @throws OperationException when the certificate can't be read
   */
  public RedisConnections(RedisSettings settings, String clientName) {
    this(settings, "REDIS_URL", clientName);
  }

  /**
   * @param variable where the URL comes from, for the operator
   * @throws OperationException when the certificate can't be read
   */
  public RedisConnections(RedisSettings settings, String variable, String clientName) {
    this.url = settings.url();
    this.variable = variable;
    this.options = new RedisOptions(settings.ca());
    this.servers = url.servers().stream().map(server -> uri(server, clientName)).toList();
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(RECONNECT_DELAY)
            .nettyCustomizer(
                new NettyCustomizer() {
                  @Override
                  public void afterChannelInitialized(Channel channel) {
                    channel.pipeline().addFirst(new SilenceHandler(COMMAND_TIMEOUT));
                  }
                })
            .build();
    this.client = RedisClient.create(resources);
    client.setOptions(options.ofServer());
    this.probe = new RedisProbe(client, url, variable, servers);
  }

  private static RedisURI uri(String server, String clientName) {
    RedisURI uri = RedisURI.create(server);
    uri.setClientName(clientName);
    uri.setTimeout(COMMAND_TIMEOUT);
    return uri;
  }

  /**
   * Opens a connection.
   *
   * @throws OperationException when Redis does not answer or refuses the credentials
   */
  public RedisConnection open() {
    try {
      Optional<RedisClusterClient> known = knownCluster();
      if (known.isPresent()) {
        return open(known.get());
      }
      StatefulRedisConnection<byte[], byte[]> server = probe.connect();
      if (!probe.isCluster(server)) {
        return new RedisConnection(server);
      }
      server.close();
      return open(makeCluster());
    } catch (RedisException e) {
      throw RedisRefusal.explain(url, variable, e);
    }
  }

  private synchronized Optional<RedisClusterClient> knownCluster() {
    return Optional.ofNullable(cluster);
  }

  private static RedisConnection open(RedisClusterClient cluster) {
    RedisConnection opened =
        new RedisConnection(
            cluster.connect(ByteArrayCodec.INSTANCE),
            () -> {
              var unused = cluster.refreshPartitionsAsync();
            });
    try {
      opened.connectAll();
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private synchronized RedisClusterClient makeCluster() {
    if (cluster == null) {
      cluster = RedisClusterClient.create(resources, servers);
      cluster.setOptions(options.ofCluster());
    }
    return cluster;
  }

  @Override
  public void close() {
    knownCluster()
        .ifPresent(known -> known.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    client.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    resources
        .shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
  }
}
