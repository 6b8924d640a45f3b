package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A session that was deleted, revoked, expired, given another token, or whose user was banned, and
 * that was seen gone when that was no longer news, does not come back.
 */
final class NeverResurrects implements Guarantee {

  /** An expired value is dropped by the clock of Redis. */
  private static final long EXPIRY_SLACK_MILLIS = 2_000;

  @Override
  public List<Violation> judge(Evidence evidence) {
    List<Violation> violations = new ArrayList<>();
    for (String token : evidence.observations().tokens()) {
      long lastGone = 0;
      for (Sighting sighting : evidence.observations().of(token)) {
        if (sighting.seen().isEmpty()) {
          lastGone = sighting.lastSentMillis();
          continue;
        }
        Seen seen = sighting.seen().get();
        long died = death(evidence.ledger(), token, seen);
        if (lastGone > died + Evidence.GONE_FOR_GOOD.toMillis()) {
          violations.add(
              violation(
                  token, "dead since %d, gone at %d, %s".formatted(died, lastGone, sighting)));
        }
        if (sighting.lastSentMillis() > seen.expiresMillis() + EXPIRY_SLACK_MILLIS) {
          violations.add(
              violation(token, "expired at %d, %s".formatted(seen.expiresMillis(), sighting)));
        }
      }
    }
    return violations;
  }

  private static long death(Ledger ledger, String token, Seen seen) {
    return Stream.of(
            ledger.deathAfter(seen.session(), seen.sessionVersion(), token),
            ledger.deathAfter(seen.user(), seen.userVersion(), null))
        .flatMap(Optional::stream)
        .mapToLong(LedgerEntry::committedMillis)
        .min()
        .orElse(Long.MAX_VALUE / 2);
  }
}
