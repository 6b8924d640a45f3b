package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The connection of one warm to Redis. It is opened in the background, because loading the client
 * costs a good part of what a small warm takes; whoever needs it waits for it.
 */
final class RedisLink implements AutoCloseable {

  /** An open connection, with the clock of the server. */
  record Opened(
      RedisConnections client,
      StatefulRedisConnection<byte[], byte[]> connection,
      ServerClock clock) {}

  private final CompletableFuture<Opened> opening;

  private RedisLink(CompletableFuture<Opened> opening) {
    this.opening = opening;
  }

  static RedisLink open(RedisUrl url, String clientName) {
    return new RedisLink(CompletableFuture.supplyAsync(() -> connect(url, clientName)));
  }

  private static Opened connect(RedisUrl url, String clientName) {
    RedisConnections client = new RedisConnections(url, clientName);
    try {
      StatefulRedisConnection<byte[], byte[]> connection = client.open();
      return new Opened(client, connection, readClock(connection.async().time()));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static ServerClock readClock(RedisFuture<List<byte[]>> time) {
    List<byte[]> parts;
    try {
      parts = time.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw WriteFailure.explain(e, new Tally());
    }
    Instant seconds = Instant.ofEpochSecond(number(parts.get(0)));
    return ServerClock.readNow(seconds.plus(Duration.ofNanos(1000 * number(parts.get(1)))));
  }

  private static long number(byte[] text) {
    return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
  }

  /**
   * Waits for the connection.
   *
   * @throws OperationException when Redis can't be reached or refuses us
   */
  Opened await() {
    try {
      return opening.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof OperationException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    CompletableFuture<Void> closed =
        opening.handle(
            (opened, failure) -> {
              if (failure == null) {
                opened.client().close();
              }
              return null;
            });
    closed.join();
  }
}
