package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The Redis client of one program, and the connections it hands out.
 *
 * <p>A command is never kept for later: while disconnected it fails at once, after a reconnect
 * nothing is replayed and the queue is bounded. Lettuce's defaults would let minutes-old writes
 * fire after a failover (<a
 * href="https://redis.github.io/lettuce/advanced-usage/#client-options">client options</a>).
 * Whoever writes repeats what failed. A connection on which Redis has fallen silent is closed and
 * made anew. Thread-safe; closing closes all connections.
 */
public final class RedisConnections implements AutoCloseable {

  static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  static final int MAX_QUEUED_COMMANDS = 100_000;

  /** Lettuce's own would wait 30 s between two attempts in the end. */
  private static final Delay RECONNECT_DELAY =
      Delay.equalJitter(Duration.ofMillis(10), Duration.ofSeconds(1), 10, TimeUnit.MILLISECONDS);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final RedisUrl url;
  private final ClientResources resources;
  private final RedisClient client;

  public RedisConnections(RedisUrl url, String clientName) {
    this.url = url;
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
    RedisURI uri = RedisURI.create(url.value());
    uri.setClientName(clientName);
    uri.setTimeout(COMMAND_TIMEOUT);
    this.client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MAX_QUEUED_COMMANDS)
            .replayFilter(command -> true)
            .socketOptions(
                SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).tcpNoDelay(true).build())
            .timeoutOptions(TimeoutOptions.enabled(COMMAND_TIMEOUT))
            .build());
  }

  /**
   * Opens a connection.
   *
   * @throws OperationException when Redis does not answer or refuses the credentials
   */
  public RedisConnection open() {
    try {
      return new RedisConnection(client.connect(ByteArrayCodec.INSTANCE));
    } catch (RedisConnectionException e) {
      throw refused(e);
    }
  }

  /**
   * Tells a server that can't be reached from one that does not let us in. That one may close the
   * connection before its refusal is read, so the refusal itself is no sign to go by.
   */
  private OperationException refused(RedisConnectionException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof TimeoutException
          || cause instanceof RedisCommandTimeoutException) {
        return new OperationException(
            "Redis at " + url + " does not answer: is it running and reachable? (REDIS_URL)", e);
      }
    }
    return new OperationException(
        "Redis at "
            + url
            + " refuses us: check user and password, and that it has finished loading (REDIS_URL)",
        e);
  }

  @Override
  public void close() {
    client.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    resources
        .shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
  }
}
