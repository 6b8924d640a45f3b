package dev.sessioncache.reader;

/** What to do with a cached session of a lane that can't prove that it is current. */
public enum OnStale {
  /** Ask Postgres. */
  BYPASS,
  /** Serve it: a session that was revoked meanwhile is accepted for as long as it is cached. */
  SERVE
}
