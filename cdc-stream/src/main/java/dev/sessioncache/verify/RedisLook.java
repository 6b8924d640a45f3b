package dev.sessioncache.verify;

import dev.sessioncache.postgres.ServerClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What Redis held under some keys.
 *
 * @param values by key
 * @param nanoTime just before they were asked for
 */
record RedisLook(Map<String, Held> values, long nanoTime) {

  static RedisLook of(List<String> keys, List<Held> values, long nanoTime) {
    Map<String, Held> byKey =
        IntStream.range(0, keys.size())
            .boxed()
            .collect(Collectors.toMap(keys::get, values::get, (one, same) -> one));
    return new RedisLook(byKey, nanoTime);
  }

  Held of(String key) {
    return Objects.requireNonNull(values.get(key));
  }

  /** The moment of asking, by another server's clock. */
  Instant at(ServerClock clock) {
    return clock.read().plusNanos(nanoTime - clock.nanoTime());
  }
}
