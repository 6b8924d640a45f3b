package dev.sessioncache.redis;

import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis, be it one server or a cluster. Most of its methods are those of Lettuce's
 * connections, so what is said there of threads and time limits holds here. Made by {@link
 * RedisConnections}.
 */
public final class RedisConnection implements AutoCloseable {

  private final StatefulConnection<byte[], byte[]> connection;
  private final RedisClusterAsyncCommands<byte[], byte[]> async;
  private final RedisClusterCommands<byte[], byte[]> sync;
  private final @Nullable StatefulRedisClusterConnection<byte[], byte[]> cluster;
  private final Runnable refresh;

  RedisConnection(StatefulRedisConnection<byte[], byte[]> server) {
    this.connection = server;
    this.async = server.async();
    this.sync = server.sync();
    this.cluster = null;
    this.refresh = () -> {};
  }

  /**
   * @param refresh looks up anew which server has which slot, without waiting for it
   */
  RedisConnection(StatefulRedisClusterConnection<byte[], byte[]> cluster, Runnable refresh) {
    this.connection = cluster;
    this.async = cluster.async();
    this.sync = cluster.sync();
    this.cluster = cluster;
    this.refresh = refresh;
  }

  /** Whether keys are spread over slots: then those of one command or script must share a slot. */
  public boolean isCluster() {
    return cluster != null;
  }

  /** The connection to the one server, for what a cluster does not have; empty for a cluster. */
  @SuppressWarnings("unchecked") // as the constructor took it
  public Optional<StatefulRedisConnection<byte[], byte[]>> server() {
    return isCluster()
        ? Optional.empty()
        : Optional.of((StatefulRedisConnection<byte[], byte[]>) connection);
  }

  public RedisClusterAsyncCommands<byte[], byte[]> async() {
    return async;
  }

  /** Needs a connection that flushes by itself. */
  public RedisClusterCommands<byte[], byte[]> sync() {
    return sync;
  }

  /**
   * Whether commands are sent at once. A cluster's always are: what Lettuce sends on after a MOVED,
   * or to a node that it has yet to connect to, would lie there after the flush (<a
   * href="https://github.com/redis/lettuce/issues/2420">lettuce#2420</a>).
   */
  public void setAutoFlushCommands(boolean autoFlush) {
    if (cluster == null) {
      connection.setAutoFlushCommands(autoFlush);
    }
  }

  public void flushCommands() {
    if (cluster == null) {
      connection.flushCommands();
    }
  }

  /**
   * Flushes, and waits for an answer for as long as a command may take.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  public <T> T await(CompletionStage<T> answer) {
    flushCommands();
    try {
      return answer.toCompletableFuture().get(getTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RedisException failure
          ? failure
          : new RedisException(e.getCause());
    } catch (TimeoutException e) {
      throw new RedisCommandTimeoutException("no answer within " + getTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisCommandInterruptedException(e);
    }
  }

  /**
   * Asks every server that holds keys: the one server, or all masters of a cluster that have slots.
   *
   * @throws RedisException when one of them refuses or does not answer
   */
  public <T> List<T> askAll(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> question) {
    List<CompletableFuture<T>> answers =
        cluster == null
            ? List.of(question.apply(async).toCompletableFuture())
            : masters(cluster).stream().map(node -> ask(cluster, node.getUri(), question)).toList();
    return await(
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .thenApply(done -> answers.stream().map(CompletableFuture::join).toList()));
  }

  /** By address, as commands with keys go, so that they share a connection. */
  private static <T> CompletableFuture<T> ask(
      StatefulRedisClusterConnection<byte[], byte[]> cluster,
      RedisURI node,
      Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> question) {
    return cluster
        .getConnectionAsync(node.getHost(), node.getPort())
        .thenCompose(open -> question.apply(open.async()));
  }

  /**
   * Connects to all servers that hold keys. A command for one that is not connected yet would be
   * rejected, as if it were gone.
   *
   * @throws RedisException when one of them can't be reached or refuses us
   */
  void connectAll() {
    var unused = askAll(redis -> CompletableFuture.completedFuture(true));
  }

  /** A slot of each server that holds keys; of one server, slot 0. */
  public List<Integer> oneSlotEach() {
    return cluster == null
        ? List.of(0)
        : masters(cluster).stream().map(node -> node.getSlots().get(0)).toList();
  }

  /** For who sees that a cluster's servers are not what they were taken for. */
  public void refreshServers() {
    refresh.run();
  }

  private static List<RedisClusterNode> masters(
      StatefulRedisClusterConnection<byte[], byte[]> cluster) {
    List<RedisClusterNode> masters =
        cluster.getPartitions().stream()
            .filter(node -> node.getRole().isUpstream() && !node.hasNoSlots())
            .toList();
    if (masters.isEmpty()) {
      throw new RedisException("the cluster has no master with slots");
    }
    return masters;
  }

  public boolean isOpen() {
    return connection.isOpen();
  }

  /** How long a command waits for its answer. */
  public Duration getTimeout() {
    return connection.getTimeout();
  }

  public CompletableFuture<Void> closeAsync() {
    return connection.closeAsync();
  }

  @Override
  public void close() {
    connection.close();
  }
}
