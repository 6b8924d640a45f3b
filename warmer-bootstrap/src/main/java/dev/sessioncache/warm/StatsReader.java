package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.ValueKeys;
import dev.sessioncache.json.FlatJson;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisInfo;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at what a Redis holds of the cache. It passes over all keys with SCAN, which does not block
 * other clients, and looks closely at the first sessions that it meets: SCAN's order is that of the
 * keys' hashes, so these are a fair sample.
 */
final class StatsReader {

  private static final int KEYS_AT_A_TIME = 1_000;
  private static final int SAMPLE = 200;
  private static final List<String> STAGES = List.of("capture", "project", "apply", "verify");

  private static final String INSTANCE = "instance:";
  private static final String READER = "reader:";

  private final RedisClusterCommands<byte[], byte[]> redis;
  private final RedisConnection connection;
  private final GuardSettings settings;
  private final ValueKeys values;

  StatsReader(RedisConnection connection, GuardSettings settings, KeyTemplate template) {
    this.connection = connection;
    this.redis = connection.sync();
    this.settings = settings;
    this.values = new ValueKeys(template, settings);
  }

  CacheStats read() {
    List<String> sample = new ArrayList<>();
    Set<String> processes = new TreeSet<>();
    long sessions = count(sample, processes);
    return new CacheStats(
        RedisTime.of(connection),
        sessions,
        sample.size(),
        sample.stream().mapToLong(this::bytes).average().orElse(0),
        leases(sample),
        RedisInfo.usedMemory(connection),
        RedisInfo.maxMemory(connection),
        StreamState.watermarks(redis, settings),
        RedisJournal.last(connection, settings),
        statuses(STAGES, ""),
        statuses(processes, INSTANCE),
        statuses(processes, READER));
  }

  /** Counts sessions, and notes which processes have left a status. */
  private long count(List<String> sample, Set<String> processes) {
    ScanArgs page = ScanArgs.Builder.limit(KEYS_AT_A_TIME);
    ScanCursor cursor = ScanCursor.INITIAL;
    long sessions = 0;
    do {
      KeyScanCursor<byte[]> found = redis.scan(cursor, page);
      for (byte[] bytes : found.getKeys()) {
        String key = new String(bytes, UTF_8);
        if (key.startsWith(settings.statusKey(INSTANCE))
            || key.startsWith(settings.statusKey(READER))) {
          processes.add(key.substring(settings.statusKey("").length()));
        }
        if (values.isValue(key)) {
          sessions++;
          if (sample.size() < SAMPLE) {
            sample.add(key);
          }
        }
      }
      cursor = found;
    } while (!cursor.isFinished());
    return sessions;
  }

  /** Of one that has gone meanwhile nothing is left to count. */
  private long bytes(String key) {
    return usage(key) + usage(settings.guardKey(key));
  }

  private long usage(String key) {
    return Objects.requireNonNullElse(redis.memoryUsage(key.getBytes(UTF_8)), 0L);
  }

  private List<Duration> leases(List<String> sample) {
    return sample.stream()
        .map(key -> redis.pttl(key.getBytes(UTF_8)))
        .filter(millis -> millis > 0)
        .sorted()
        .map(Duration::ofMillis)
        .toList();
  }

  /** Of those whose names begin so; without that beginning. */
  private Map<String, String> statuses(Collection<String> names, String beginning) {
    Map<String, String> statuses = new LinkedHashMap<>();
    for (String name : names) {
      if (!name.startsWith(beginning)) {
        continue;
      }
      byte[] status = redis.get(settings.statusKey(name).getBytes(UTF_8));
      if (status != null && !FlatJson.read(status).isEmpty()) {
        statuses.put(name.substring(beginning.length()), new String(status, UTF_8));
      }
    }
    return statuses;
  }
}
