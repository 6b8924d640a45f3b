package dev.sessioncache.redis;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;

/** Where Redis is. */
@Section(value = "Redis", description = "The server that holds the cached sessions.")
public record RedisSettings(
    @Setting(
            name = "redis.url",
            description = "redis://user:password@host:port/db, or rediss:// for TLS.")
        RedisUrl url) {}
