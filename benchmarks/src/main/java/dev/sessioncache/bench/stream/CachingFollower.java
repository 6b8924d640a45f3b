package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.RequestCount;
import dev.sessioncache.bench.Workbench;
import java.util.List;

/** A follower that keeps a value for each session in Redis. */
public interface CachingFollower extends Follower {

  /** The key of a session in Redis, by its token. */
  String key(String token);

  @Override
  default boolean isAt(Workbench bench, List<String> tokens, long count) {
    String[] keys = tokens.stream().map(this::key).toArray(String[]::new);
    return bench.redis().sync().mget(keys).stream()
        .allMatch(value -> RequestCount.isAt(value.getValueOrElse(null), count));
  }
}
