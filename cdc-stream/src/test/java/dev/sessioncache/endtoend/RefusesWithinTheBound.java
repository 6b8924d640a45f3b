package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A session that an application has accepted through a SessionCache was still alive when it was
 * asked for, or had died no longer before than the staleness bound.
 */
final class RefusesWithinTheBound implements Guarantee {

  @Override
  public List<Violation> judge(Evidence evidence) {
    long bound = evidence.world().bound().toMillis() + Evidence.COMMIT_TIME_SLACK_MILLIS;
    List<Violation> violations = new ArrayList<>();
    for (Map.Entry<Validations.Accepted, Long> one : evidence.accepted().entrySet()) {
      String token = one.getKey().token();
      Seen seen = Seen.parse(one.getKey().document());
      long died = Math.min(evidence.ledger().diedMillis(token, seen), seen.expiresMillis());
      if (one.getValue() > died + bound) {
        violations.add(
            violation(
                token, "dead since %d, accepted at %d: %s".formatted(died, one.getValue(), seen)));
      }
    }
    return violations;
  }
}
