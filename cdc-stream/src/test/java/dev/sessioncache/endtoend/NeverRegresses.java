package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The row versions in a key never fall. Only when Redis was emptied in between, and has lost its
 * guards, an older value may come back: one that was true a moment ago.
 */
final class NeverRegresses implements Guarantee {

  @Override
  public List<Violation> judge(Evidence evidence) {
    List<Violation> violations = new ArrayList<>();
    for (String token : evidence.observations().tokens()) {
      Sighting before = null;
      for (Sighting sighting : evidence.observations().of(token)) {
        if (sighting.seen().isPresent()) {
          if (before != null && falls(evidence, before, sighting)) {
            violations.add(violation(token, before + ", then " + sighting));
          }
          before = sighting;
        }
      }
    }
    return violations;
  }

  private static boolean falls(Evidence evidence, Sighting before, Sighting after) {
    Seen old = before.seen().orElseThrow();
    Seen now = after.seen().orElseThrow();
    boolean sessionFalls = now.sessionVersion() < old.sessionVersion();
    boolean userFalls = now.user().equals(old.user()) && now.userVersion() < old.userVersion();
    if (!sessionFalls && !userFalls) {
      return false;
    }
    if (!evidence.wasEmptied(before.firstSentMillis(), after.firstAnsweredMillis())) {
      return true;
    }
    long outdated =
        Math.min(
            committed(evidence.ledger().after(now.session(), now.sessionVersion())),
            committed(evidence.ledger().after(now.user(), now.userVersion())));
    return after.lastSentMillis() > outdated + evidence.world().goneForGood().toMillis();
  }

  private static long committed(Optional<LedgerEntry> entry) {
    return entry.map(LedgerEntry::committedMillis).orElse(Long.MAX_VALUE / 2);
  }
}
