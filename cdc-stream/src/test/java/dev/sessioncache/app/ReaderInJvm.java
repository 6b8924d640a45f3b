package dev.sessioncache.app;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.reader.ReaderSettings;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.redis.RedisSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;

/** A reader as an application has it, with the settings of a pipeline. */
final class ReaderInJvm {

  private ReaderInJvm() {}

  static SessionCache open(Map<String, String> flags) {
    Configuration settings =
        Configuration.load(new Sources(null, Map.of(), flags), CdcStream.sections(), List.of());
    return SessionCache.open(
        new SessionCache.Servers(
            settings.get(DatabaseSettings.class).url(), settings.get(RedisSettings.class)),
        settings.get(MappingSettings.class),
        settings.get(GuardSettings.class),
        settings.get(ReaderSettings.class),
        new SimpleMeterRegistry());
  }
}
