package dev.sessioncache.demo.data;

import java.time.Duration;

/**
 * The rule of which sessions are live, written down a second time: the demo judges the programs by
 * it and must not share their mistakes. {@code s} is the session's row, {@code u} its user's.
 */
public final class Liveness {

  /** A session that was not used for this long is not cached. */
  public static final Duration WINDOW = Duration.ofHours(24);

  /** Lives on whatever the clock says: not taken back by anybody. */
  public static final String UNREVOKED = "s.revoked_at is null and u.status = 'active'";

  /** Live at the time of the statement. */
  public static final String LIVE =
      UNREVOKED
          + " and s.expires_at > now() and s.last_activity_at > now() - interval '"
          + WINDOW.toSeconds()
          + " seconds'";

  private Liveness() {}
}
