package dev.sessioncache.verify;

import java.util.Locale;

/** How a value can differ from what the rows make. */
enum Kind {
  /** The session is live and to be kept, and Redis has no value. */
  MISSING,
  /** The value is not byte for byte the document of the rows. */
  STALE,
  /** There is a value, and no live session. */
  ORPHANED,
  /** The value lives for ever, longer than a lease, or beyond its session. */
  WRONG_TTL;

  /** As reports and meters spell it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As people read it. */
  String words() {
    return this == WRONG_TTL ? "wrong TTL" : label();
  }
}
