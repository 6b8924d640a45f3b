package dev.sessioncache.endtoend;

import dev.sessioncache.demo.check.Budget;
import dev.sessioncache.demo.check.CacheCheck;
import dev.sessioncache.demo.check.CheckReport;
import dev.sessioncache.demo.check.Offender;
import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Once all is quiet the cache is what Postgres says: every live session is there, with its document
 * and a time to live within the lease, and nothing else.
 */
final class ConvergesToPostgres implements Guarantee {

  /** A cache that was emptied is filled again meanwhile. */
  private static final Duration LIMIT = Duration.ofSeconds(25);

  @Override
  public List<Violation> judge(Evidence evidence) throws Exception {
    if (!evidence.quiet()) {
      return List.of(violation("", "no pulse sent after the last commit has reached all lanes"));
    }
    CheckReport report = check(evidence);
    return report.clean()
        ? List.of()
        : report.offenders().stream()
            .map(offender -> violation(token(evidence, offender), offender + " of " + report))
            .toList();
  }

  private static CheckReport check(Evidence evidence) throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (Cache cache = Cache.at(evidence.world().stack().redisUrl());
        Connection connection = evidence.world().database().connect()) {
      Database database = Database.at(evidence.world().database().url());
      Budget all = Budget.of(connection, Integer.MAX_VALUE);
      while (true) {
        try (CacheCheck check = new CacheCheck(database, cache, all, CacheCheck.SECOND_LOOK)) {
          CheckReport report = check.run();
          boolean wrong = report.different() + report.dead() + report.wrongTtl() > 0;
          if (wrong || report.clean() || System.nanoTime() > end) {
            return report;
          }
        }
      }
    }
  }

  private static String token(Evidence evidence, Offender offender) {
    try {
      return evidence.ledger().history(UUID.fromString(offender.session())).stream()
          .reduce((older, newer) -> newer)
          .flatMap(entry -> Optional.ofNullable(entry.token()))
          .orElse("");
    } catch (IllegalArgumentException e) {
      return ""; // not in Postgres
    }
  }
}
