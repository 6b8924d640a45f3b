package dev.sessioncache.endtoend;

import java.util.Optional;

/**
 * A key had the same value, or none, at every read of a stretch of time. A read took place between
 * its sending and its answer; all in ms since 1970 by a clock that never steps.
 *
 * @param claimMillis the newest watermark, of the lane that was furthest behind, that stood in
 *     Redis beside this value while it was within the bound; 0 when there was none
 */
record Sighting(
    Optional<Seen> seen,
    long firstSentMillis,
    long firstAnsweredMillis,
    long lastSentMillis,
    long lastAnsweredMillis,
    long claimMillis) {

  static Sighting of(Optional<Seen> seen, long sent, long answered, long claim) {
    return new Sighting(seen, sent, answered, sent, answered, claim);
  }

  Sighting again(long sent, long answered, long claim) {
    return new Sighting(
        seen, firstSentMillis, firstAnsweredMillis, sent, answered, Math.max(claim, claimMillis));
  }

  @Override
  public String toString() {
    return "read at %d..%d to %d..%d claim %d: %s"
        .formatted(
            firstSentMillis,
            firstAnsweredMillis,
            lastSentMillis,
            lastAnsweredMillis,
            claimMillis,
            seen.map(Seen::toString).orElse("nothing"));
  }
}
