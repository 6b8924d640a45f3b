package dev.sessioncache.demo.data;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;

/**
 * The Redis server that the sessions are cached in, from a URL like {@code
 * redis://:password@host:6379/0}. Owns the connections that it hands out; all methods may be called
 * from any thread.
 */
public final class Cache implements AutoCloseable {

  /** What the key of every cached session starts with; the token follows. */
  public static final String KEY_PREFIX = "session:";

  /** No value is written with a longer time to live: the bound of staleness for readers. */
  public static final Duration LEASE = Duration.ofMinutes(5);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final RedisURI uri;
  private final RedisClient client;

  private Cache(RedisURI uri) {
    this.uri = uri;
    this.client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder()
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .build());
  }

  /**
   * Reads the URL; connects to nothing.
   *
   * @throws IllegalArgumentException when it is not of that form; the message does not repeat it
   */
  public static Cache at(String url) {
    RedisURI uri;
    try {
      uri = RedisURI.create(url);
    } catch (IllegalArgumentException e) {
      // The cause would repeat the URL, and with it the password.
      throw new IllegalArgumentException(
          "REDIS_URL is malformed: it must look like redis://:password@host:6379/0");
    }
    uri.setTimeout(TIMEOUT);
    return new Cache(uri);
  }

  /** The key of the session with that token. */
  public static String key(String token) {
    return KEY_PREFIX + token;
  }

  /**
   * A new connection, closed by the caller or with this object.
   *
   * @throws RedisConnectionException when the server does not answer or refuses the login
   */
  public StatefulRedisConnection<String, String> connect() {
    return client.connect();
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }

  /** Where it is, without user and password. */
  @Override
  public String toString() {
    return "redis://" + uri.getHost() + ":" + uri.getPort() + "/" + uri.getDatabase();
  }
}
