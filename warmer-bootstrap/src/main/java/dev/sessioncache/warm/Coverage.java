package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityCurve;

/**
 * What a warm has reached of what there is.
 *
 * @param share of the expected requests that are of sessions in Redis, 0 to 1
 * @param liveSessions in Postgres
 */
record Coverage(double share, long liveSessions) {

  static Coverage of(Tally tally, ActivityCurve curve) {
    return new Coverage(curve.share(tally.coveredRate()), curve.sessions());
  }
}
