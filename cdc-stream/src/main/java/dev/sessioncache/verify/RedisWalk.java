package dev.sessioncache.verify;

import dev.sessioncache.apply.SeenKeys;
import dev.sessioncache.topic.TextHash;
import io.lettuce.core.ScanCursor;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the values of Redis, and asks Postgres which of them belong to live sessions. Those
 * that do are left to the {@link PostgresWalk}; the others are suspects.
 */
final class RedisWalk implements Walk {

  /** Of a step: in a Redis shared with others most keys may be none of ours. */
  private static final int MOST_SCANS = 10;

  private final Sides sides;
  private final Share share;
  private final Suspects suspects;
  private final @Nullable SeenKeys met;
  private ScanCursor cursor = ScanCursor.INITIAL;

  /**
   * @param met the keys that need no look; null when none is known
   */
  RedisWalk(Sides sides, Share share, Suspects suspects, @Nullable SeenKeys met) {
    this.sides = sides;
    this.share = share;
    this.suspects = suspects;
    this.met = met;
  }

  @Override
  public boolean hasEnded() {
    return cursor.isFinished();
  }

  @Override
  public int step(int most) throws SQLException {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < MOST_SCANS && keys.size() < most && !hasEnded(); i++) {
      RedisSide.Scanned scanned = sides.redis().scan(cursor);
      cursor = scanned.next();
      scanned.keys().stream().filter(this::isToBeLookedAt).forEach(keys::add);
    }
    if (!keys.isEmpty()) {
      Set<String> live = sides.postgres().live(sought(keys));
      keys.stream()
          .filter(key -> !live.contains(key))
          .forEach(key -> suspects.add(Suspect.unseen(key)));
    }
    return keys.size();
  }

  private Sought sought(List<String> keys) {
    return sides.postgres().needsValues()
        ? sides.postgres().sought(sides.redis().look(keys), List.of())
        : new Sought(keys, List.of());
  }

  private boolean isToBeLookedAt(String key) {
    return share.holds(TextHash.of(key)) && (met == null || met.add(key));
  }
}
