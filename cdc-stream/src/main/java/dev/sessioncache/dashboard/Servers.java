package dev.sessioncache.dashboard;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What the servers tell a process, at one moment.
 *
 * @param redis the last that Redis has told
 * @param watched which are asked: {@code redis}, {@code kafka}, {@code postgres}
 * @param silentSince those of them that do not answer, and since when
 */
record Servers(RedisRecords redis, Set<String> watched, Map<String, Instant> silentSince) {

  static final String REDIS = "redis";
  static final String KAFKA = "kafka";
  static final String POSTGRES = "postgres";

  /** Before any has been asked. */
  static final Servers UNKNOWN = new Servers(RedisRecords.NONE, Set.of(), Map.of());

  boolean answers(String server) {
    return !silentSince.containsKey(server);
  }
}
