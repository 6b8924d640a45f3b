package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the reader has seen of each token's key, in its order. Thread-safe. */
final class Observations {

  private static final class OfToken {
    private final List<Sighting> sightings = new ArrayList<>();
    private @Nullable String value;
  }

  private final Map<String, OfToken> byToken = new HashMap<>();
  private long reads;

  synchronized void saw(
      String token, @Nullable String value, long sent, long answered, long claim) {
    OfToken seen = byToken.computeIfAbsent(token, key -> new OfToken());
    int last = seen.sightings.size() - 1;
    boolean same = last >= 0 && java.util.Objects.equals(value, seen.value);
    if (same) {
      seen.sightings.set(last, seen.sightings.get(last).again(sent, answered, claim));
    } else {
      seen.value = value;
      Optional<Seen> document = Optional.ofNullable(value).map(Seen::parse);
      seen.sightings.add(Sighting.of(document, sent, answered, claim));
    }
    reads++;
  }

  /** How often a key was read. */
  synchronized long reads() {
    return reads;
  }

  synchronized Set<String> tokens() {
    return Set.copyOf(byToken.keySet());
  }

  synchronized List<Sighting> of(String token) {
    OfToken seen = byToken.get(token);
    return seen == null ? List.of() : List.copyOf(seen.sightings);
  }

  /** How many values were seen, the same value twice only when another was seen in between. */
  synchronized long values() {
    return byToken.values().stream()
        .flatMap(seen -> seen.sightings.stream())
        .filter(sighting -> sighting.seen().isPresent())
        .count();
  }
}
