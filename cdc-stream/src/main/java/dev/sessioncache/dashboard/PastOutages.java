package dev.sessioncache.dashboard;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which servers have been away of late: what they have missed is still being caught up. Used by one
 * thread.
 */
final class PastOutages {

  /** Stands among the servers. */
  private static final String STREAM = "stream";

  private static final long REMEMBERED_MILLIS = 600_000;

  /** So long a server must have answered before all may be said to be well. */
  private static final long FRESH_MILLIS = 5_000;

  private final Map<String, Instant> silent = new TreeMap<>();
  private final Map<String, Past> past = new TreeMap<>();

  /**
   * A server that answers again.
   *
   * @param from when it fell silent, ms since 1970
   * @param to when it was first seen to answer again, ms since 1970
   */
  record Past(String server, long from, long to) {

    String words() {
      return "%s from %s to %s"
          .formatted(
              server.equals(STREAM)
                  ? "the stream did not run"
                  : Words.sentence(server) + " did not answer",
              Words.timeOfDay(from),
              Words.time(to));
    }
  }

  /**
   * The whole stream, of which this is the first process that runs again.
   *
   * @param from as of when Redis is, ms since 1970
   */
  void streamBegins(long from, long nowMillis) {
    past.put(STREAM, new Past(STREAM, from, nowMillis));
  }

  /**
   * @param nowSilent since when each server that does not answer has not
   */
  void look(Map<String, Instant> nowSilent, long nowMillis) {
    silent.forEach(
        (server, since) -> {
          if (!nowSilent.containsKey(server)) {
            past.put(server, new Past(server, since.toEpochMilli(), nowMillis));
          }
        });
    silent.clear();
    silent.putAll(nowSilent);
    past.values().removeIf(one -> nowMillis - one.to > REMEMBERED_MILLIS);
  }

  /** The last one that has ended. */
  Optional<Past> last() {
    return past.values().stream().max(Comparator.comparingLong(Past::to));
  }

  /** What they have missed has been caught up. */
  void areOver(long nowMillis) {
    past.values().removeIf(one -> nowMillis - one.to >= FRESH_MILLIS);
  }
}
