package dev.sessioncache.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to Redis, be it one server or a cluster. Its methods are those of Lettuce's
 * connections, so what is said there of threads and time limits holds here. Made by {@link
 * RedisConnections}.
 */
public final class RedisConnection implements AutoCloseable {

  private final StatefulConnection<byte[], byte[]> connection;
  private final RedisClusterAsyncCommands<byte[], byte[]> async;
  private final RedisClusterCommands<byte[], byte[]> sync;

  RedisConnection(StatefulRedisConnection<byte[], byte[]> server) {
    this.connection = server;
    this.async = server.async();
    this.sync = server.sync();
  }

  public RedisClusterAsyncCommands<byte[], byte[]> async() {
    return async;
  }

  /** Needs a connection that flushes by itself. */
  public RedisClusterCommands<byte[], byte[]> sync() {
    return sync;
  }

  public void setAutoFlushCommands(boolean autoFlush) {
    connection.setAutoFlushCommands(autoFlush);
  }

  public void flushCommands() {
    connection.flushCommands();
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
