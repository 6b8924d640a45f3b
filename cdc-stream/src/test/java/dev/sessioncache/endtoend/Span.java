package dev.sessioncache.endtoend;

/** A stretch of time, ms since 1970. */
record Span(long fromMillis, long toMillis) {

  boolean meets(Span other) {
    return fromMillis <= other.toMillis && toMillis >= other.fromMillis;
  }
}
