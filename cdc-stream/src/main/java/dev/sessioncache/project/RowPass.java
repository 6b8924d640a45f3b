package dev.sessioncache.project;

import dev.sessioncache.guard.RowVersion;

/**
 * A pass over all rows of a table in a lane, of which there may be too many for one go.
 *
 * @param upTo the row up to which it has been made; empty at first
 * @param version of the change that asks for it
 * @param committedAtMicros of that change, µs since 1970; 0 when it does not tell
 */
record RowPass(Kind kind, String upTo, RowVersion version, long committedAtMicros) {

  enum Kind {
    /** Users that the baseline has not confirmed go. */
    CONFIRM_USERS,
    /** Sessions that the baseline has not confirmed go, and those that are not live. */
    CONFIRM_SESSIONS,
    TRUNCATE_USERS,
    TRUNCATE_SESSIONS,
    /** All sessions go: they may have been deleted unseen. */
    FORGET_SESSIONS
  }

  RowPass upTo(String row) {
    return new RowPass(kind, row, version, committedAtMicros);
  }
}
