package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every value seen is made of two committed row versions, both of them live. */
final class LeavesNoPhantom implements Guarantee {

  @Override
  public List<Violation> judge(Evidence evidence) {
    List<Violation> violations = new ArrayList<>();
    for (String token : evidence.observations().tokens()) {
      for (Sighting sighting : evidence.observations().of(token)) {
        sighting
            .seen()
            .flatMap(seen -> wrong(evidence.ledger(), token, seen))
            .ifPresent(what -> violations.add(violation(token, what + "; " + sighting)));
      }
    }
    return violations;
  }

  private static Optional<String> wrong(Ledger ledger, String token, Seen seen) {
    Optional<LedgerEntry> session = ledger.version(seen.session(), seen.sessionVersion());
    Optional<LedgerEntry> user = ledger.version(seen.user(), seen.userVersion());
    if (session.isEmpty() || user.isEmpty()) {
      return Optional.of("a version that was never committed");
    }
    if (!session.get().live() || !user.get().live() || !token.equals(session.get().token())) {
      return Optional.of("not the version of a live session with this token");
    }
    com.fasterxml.jackson.databind.node.ObjectNode own = seen.document().deepCopy();
    var ofUser = own.remove("user");
    boolean same = own.equals(session.get().document()) && ofUser.equals(user.get().document());
    return same ? Optional.empty() : Optional.of("a document that is not that of its versions");
  }
}
