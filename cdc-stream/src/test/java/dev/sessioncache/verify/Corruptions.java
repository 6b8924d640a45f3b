package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.topic.TextHash;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Spoils values of a cache by hand, past the guard, and knows which. */
public final class Corruptions {

  private static final Duration TOO_LONG = Duration.ofDays(2);

  private final RedisClusterCommands<String, String> redis;
  private final Map<String, Set<String>> keys = new TreeMap<>();

  private Corruptions(RedisClusterCommands<String, String> redis) {
    this.redis = redis;
    List.of("missing", "stale", "orphaned", "wrong_ttl")
        .forEach(kind -> keys.put(kind, new TreeSet<>()));
  }

  /**
   * Makes so many of each kind.
   *
   * @param cached keys of live sessions that are cached, at least three times as many
   * @param prefix of keys of sessions
   */
  public static Corruptions make(
      RedisClusterCommands<String, String> redis, List<String> cached, String prefix, int each) {
    Corruptions made = new Corruptions(redis);
    for (int i = 0; i < each; i++) {
      made.delete(cached.get(i));
      made.change(cached.get(each + i));
      made.letLive(cached.get(2 * each + i), i % 2 == 0);
      made.add(prefix + "of-nobody-" + i);
    }
    return made;
  }

  private void delete(String key) {
    assertThat(redis.del(key)).isEqualTo(1);
    note("missing", key);
  }

  /** One byte of the document; the time to live stays. */
  private void change(String key) {
    assertThat(redis.setrange(key, 7, "~")).isPositive();
    note("stale", key);
  }

  private void letLive(String key, boolean forEver) {
    assertThat(forEver ? redis.persist(key) : redis.pexpire(key, TOO_LONG)).isTrue();
    note("wrong_ttl", key);
  }

  void add(String key) {
    redis.psetex(key, Duration.ofHours(1).toMillis(), "{\"id\":\"nobody\"}");
    note("orphaned", key);
  }

  private void note(String kind, String key) {
    keys.computeIfAbsent(kind, any -> new TreeSet<>())
        .add(HexFormat.of().toHexDigits(TextHash.of(key)));
  }

  /** What a run has found is exactly that. */
  public void assertFound(VerifyRun run) {
    keys.forEach(
        (kind, hashes) -> {
          assertThat(run.drifts(kind)).as(kind).isEqualTo(hashes);
          assertThat(run.number("/" + kind)).as(kind).isEqualTo(hashes.size());
        });
  }
}
