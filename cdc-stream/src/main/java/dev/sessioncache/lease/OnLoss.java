package dev.sessioncache.lease;

/** What becomes of cached sessions while a lane is not within the staleness bound. */
public enum OnLoss {
  /** They are not renewed: within one lease every reader is back on Postgres. */
  LAPSE,
  /**
   * They are renewed all the same: the cache outlives a loss of Postgres, capture or project, and
   * with it every session that is revoked meanwhile.
   */
  KEEP
}
