package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * While the watermarks in Redis are within the bound, no value beside them is older than they say:
 * what was committed before the watermark has been applied. A session may change lanes, so that the
 * watermark of the lane that is furthest behind counts.
 */
final class KeepsItsWatermark implements Guarantee {

  @Override
  public List<Violation> judge(Evidence evidence) {
    List<Violation> violations = new ArrayList<>();
    for (String token : evidence.observations().tokens()) {
      for (Sighting sighting : evidence.observations().of(token)) {
        sighting
            .seen()
            .flatMap(seen -> missed(evidence.ledger(), seen, sighting.claimMillis()))
            .ifPresent(
                missed -> violations.add(violation(token, "missed " + missed + "; " + sighting)));
      }
    }
    return violations;
  }

  private static Optional<LedgerEntry> missed(Ledger ledger, Seen seen, long claimMillis) {
    long sure = claimMillis - Evidence.COMMIT_TIME_SLACK_MILLIS;
    return ledger
        .asOf(seen.session(), sure)
        .filter(entry -> entry.version() > seen.sessionVersion())
        .or(
            () ->
                ledger
                    .asOf(seen.user(), sure)
                    .filter(entry -> entry.version() > seen.userVersion()));
  }
}
