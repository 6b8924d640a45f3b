package dev.sessioncache.bench.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;

/**
 * A {@code GET} by Lettuce, made into text, which asks nothing: neither whether the value is
 * current nor whether the session is over. One connection with the settings that our reader has.
 */
final class BareGet implements Lookup {

  private final RedisConnections redis;
  private final RedisConnection connection;

  BareGet(Workbench bench) {
    this.redis = new RedisConnections(RedisUrl.parse(bench.stack().redisUrl()), "bare-get");
    this.connection = redis.open();
  }

  @Override
  public String name() {
    return "Lettuce GET";
  }

  @Override
  public boolean isAnswered(String token) {
    byte[] value = connection.sync().get(("session:" + token).getBytes(UTF_8));
    return value != null && !new String(value, UTF_8).isEmpty();
  }

  @Override
  public void close() {
    redis.close();
  }
}
