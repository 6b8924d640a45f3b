package dev.sessioncache.warm;

import java.util.Locale;

/** Why a session that was read is not put into Redis. */
enum Skip {
  /** Its token is empty, too long or holds characters that no key may have. */
  UNUSABLE_KEY,
  /** A value is not of its column's type. */
  UNREADABLE_ROW,
  /** It expired or left the window while the warm ran. */
  ENDED;

  /** As reports spell it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
