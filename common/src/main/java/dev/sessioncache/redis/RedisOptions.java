package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How connections to Redis behave, to one server and to a cluster alike.
 *
 * <p>A command is never kept for later: while disconnected it fails at once, after a reconnect
 * nothing is replayed and the queue is bounded. Lettuce's defaults would let minutes-old writes
 * fire after a failover (<a
 * href="https://redis.github.io/lettuce/advanced-usage/#client-options">client options</a>).
 * Whoever writes repeats what failed.
 */
final class RedisOptions {

  static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  static final int MAX_QUEUED_COMMANDS = 100_000;

  /** Which server has which slot is looked up so often, and when a server says that it moved. */
  private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(10);

  /** Between two look-ups that servers ask for. */
  private static final Duration ADAPTIVE_REFRESH = Duration.ofSeconds(1);

  private final Optional<Path> ca;

  /**
   * @param ca certificates of the authorities that may sign a server's, PEM; else those of the JVM
   * @throws OperationException when it can't be read
   */
  RedisOptions(Optional<Path> ca) {
    ca.filter(file -> !Files.isReadable(file))
        .ifPresent(
            file -> {
              throw new OperationException("cannot read " + file + " (redis.ca)");
            });
    this.ca = ca;
  }

  ClientOptions ofServer() {
    ClientOptions.Builder options =
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MAX_QUEUED_COMMANDS)
            .replayFilter(command -> true)
            .socketOptions(
                SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).tcpNoDelay(true).build())
            .timeoutOptions(TimeoutOptions.enabled(COMMAND_TIMEOUT));
    ca.ifPresent(
        file -> options.sslOptions(SslOptions.builder().trustManager(file.toFile()).build()));
    return options.build();
  }

  ClusterClientOptions ofCluster() {
    return ClusterClientOptions.builder(ofServer())
        .topologyRefreshOptions(
            ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                .enableAllAdaptiveRefreshTriggers()
                .adaptiveRefreshTriggersTimeout(ADAPTIVE_REFRESH)
                .build())
        .nodeFilter(RedisOptions::matters)
        .build();
  }

  /** Not a former master that is dead and whose slots another one has: SCAN would ask it too. */
  private static boolean matters(RedisClusterNode node) {
    return !node.is(RedisClusterNode.NodeFlag.FAIL) || !node.hasNoSlots();
  }
}
