package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.List;

/**
 * A session that was deleted, revoked, expired, given another token, or whose user was banned, and
 * that was seen gone when that was no longer news, does not come back. It is no longer news when
 * the watermarks beside the missing value say so, or after a time that even an emptied Redis is
 * allowed. That time does not count while a warm is at work that began before the death: until the
 * lane has caught up nobody has told Redis, and no watermark says otherwise.
 */
final class NeverResurrects implements Guarantee {

  /** An expired value is dropped by the clock of Redis. */
  private static final long EXPIRY_SLACK_MILLIS = 2_000;

  @Override
  public List<Violation> judge(Evidence evidence) {
    List<Violation> violations = new ArrayList<>();
    for (String token : evidence.observations().tokens()) {
      List<Sighting> gone = new ArrayList<>();
      for (Sighting sighting : evidence.observations().of(token)) {
        if (sighting.seen().isEmpty()) {
          gone.add(sighting);
          continue;
        }
        Seen seen = sighting.seen().get();
        long died = evidence.ledger().diedMillis(token, seen);
        gone.stream()
            .filter(miss -> isForGood(evidence, miss, died, sighting))
            .findFirst()
            .ifPresent(
                miss ->
                    violations.add(
                        violation(
                            token, "dead since %d, %s, then %s".formatted(died, miss, sighting))));
        if (sighting.lastSentMillis() > seen.expiresMillis() + EXPIRY_SLACK_MILLIS) {
          violations.add(
              violation(token, "expired at %d, %s".formatted(seen.expiresMillis(), sighting)));
        }
      }
    }
    return violations;
  }

  /** Whether a session that has died and was missing then must not be seen any more. */
  private static boolean isForGood(Evidence evidence, Sighting miss, long died, Sighting later) {
    boolean applied = miss.claimMillis() > died + Evidence.COMMIT_TIME_SLACK_MILLIS;
    boolean old = miss.lastSentMillis() > died + evidence.world().goneForGood().toMillis();
    return (old && !evidence.mayBeWarmed(died, later.firstSentMillis()))
        || (applied && !evidence.wasEmptied(miss.firstSentMillis(), later.lastAnsweredMillis()));
  }
}
