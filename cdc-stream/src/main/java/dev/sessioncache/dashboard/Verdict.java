package dev.sessioncache.dashboard;

import java.util.List;

/**
 * How it is, in words.
 *
 * @param text one sentence: the first problem, or that there is none
 * @param more the other problems
 */
record Verdict(Level level, String text, List<String> more) {

  /** How bad it is. */
  enum Level {
    /** All is as promised. */
    OK,
    /** Something is to be seen to, or will pass by itself; no promise is broken. */
    WARN,
    /** Readers do without the cache, or soon will. */
    BAD
  }
}
