package dev.sessioncache.warm;

import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.UsageException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Problem;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.log.LogSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.redis.RedisSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration of the job's commands. */
final class JobConfiguration {

  private static final List<Class<? extends Record>> SECTIONS =
      List.of(
          DatabaseSettings.class,
          RedisSettings.class,
          MappingSettings.class,
          GuardSettings.class,
          WarmSettings.class,
          LogSettings.class);

  private JobConfiguration() {}

  /** Loads what is needed to look at Redis; the rest of our settings may be there as well. */
  static Configuration ofRedisAlone(SharedOptions shared, Map<String, String> environment) {
    return Configuration.loadShared(
        shared.sources(environment),
        List.of(RedisSettings.class, MappingSettings.class, GuardSettings.class));
  }

  /**
   * Loads it.
   *
   * @param options settings that a command has options of its own for, by name
   * @throws UsageException when a setting is given twice
   * @throws InvalidConfigurationException with all that is wrong
   */
  static Configuration load(
      SharedOptions shared, Map<String, String> environment, Map<String, String> options) {
    Sources given = shared.sources(environment);
    Map<String, String> flags = new LinkedHashMap<>(given.flags());
    options.forEach(
        (name, value) -> {
          if (flags.put(name, value) != null) {
            String option = "--" + name.substring(name.indexOf('.') + 1);
            throw new UsageException(
                name + " is given twice: use " + option + " or --set, not both");
          }
        });
    return load(new Sources(given.file(), given.environment(), flags));
  }

  /**
   * Loads it.
   *
   * @throws InvalidConfigurationException with all that is wrong
   */
  static Configuration load(Sources sources) {
    return checked(Configuration.loadShared(sources, SECTIONS));
  }

  /**
   * Checks what no section can check alone: a write that outlives the guard of a removal could
   * bring the session back.
   *
   * @throws InvalidConfigurationException when a warm may last too long
   */
  static Configuration checked(Configuration configuration) {
    WarmSettings warm = configuration.get(WarmSettings.class);
    GuardSettings guard = configuration.get(GuardSettings.class);
    if (warm.deadline().compareTo(guard.guardTtl()) >= 0) {
      throw new InvalidConfigurationException(
          List.of(
              new Problem(
                  "warm.deadline",
                  warm.deadline().toString(),
                  "must be shorter than guard.ttl (" + guard.guardTtl() + ")",
                  "shorten it, or raise guard.ttl")));
    }
    return configuration;
  }
}
