package dev.sessioncache.mapping;

/** What stands for a session's token outside of Postgres. */
public enum TokenHashing {
  /** The token itself. */
  NONE,
  /** Its HMAC, see {@link TokenHash}. */
  HMAC_SHA256
}
