package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.redis.EvictionPolicy;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.RedisException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The connection of one warm to Redis. It is opened in the background, because loading the client
 * costs a good part of what a small warm takes; whoever needs it waits for it.
 */
final class RedisLink implements AutoCloseable {

  /**
   * An open connection.
   *
   * @param time by the clock of the server, read first
   * @param generation of the server
   */
  record Opened(
      RedisConnections client, RedisConnection connection, Instant time, String generation) {}

  private final CompletableFuture<Opened> opening;

  private RedisLink(CompletableFuture<Opened> opening) {
    this.opening = opening;
  }

  static RedisLink open(RedisSettings settings, String clientName, Generation generation) {
    return new RedisLink(
        CompletableFuture.supplyAsync(
            () -> connect(settings, clientName, generation), Daemon::start));
  }

  private static Opened connect(RedisSettings settings, String clientName, Generation generation) {
    RedisConnections client = new RedisConnections(settings, clientName);
    try {
      RedisConnection connection = client.open();
      EvictionPolicy.check(connection);
      Instant time = RedisTime.of(connection);
      return new Opened(client, connection, time, generation.current(connection));
    } catch (RedisException e) {
      client.close();
      throw WriteFailure.explain(e, new Tally());
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
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
