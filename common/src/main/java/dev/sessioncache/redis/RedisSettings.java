package dev.sessioncache.redis;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** Where Redis is. */
@Section(value = "Redis", description = "The server or cluster that holds the cached sessions.")
public record RedisSettings(
    @Setting(
            name = "redis.url",
            description =
                "redis://user:password@host:port/db, or rediss:// for TLS. Of a Redis Cluster"
                    + " several servers may be named: redis://user:password@host1:port,host2:port.")
        RedisUrl url,
    @Setting(
            name = "redis.ca",
            defaultValue = "",
            description =
                "File with the certificates (PEM) of the authorities that may sign those of Redis,"
                    + " for rediss://. Unset, those that the JVM trusts. Certificate and host name"
                    + " are always verified.")
        Optional<Path> ca) {

  /**
   * With the authorities that the JVM trusts.
   *
   * @throws IllegalArgumentException with one line that never contains the password
   */
  public static RedisSettings of(String url) {
    return new RedisSettings(RedisUrl.parse(url), Optional.empty());
  }
}
