package dev.sessioncache.verify;

import dev.sessioncache.apply.SeenKeys;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through the live sessions of Postgres, and looks at the value of each. */
final class PostgresWalk implements Walk {

  private final Sides sides;
  private final Comparison comparison;
  private final KeptSessions kept;
  private final Share share;
  private final Suspects suspects;
  private final Tally tally;
  private final @Nullable SeenKeys met;
  private @Nullable String last;
  private boolean ended;

  /**
   * @param met takes the keys, for who comes later; null for nobody
   */
  PostgresWalk(
      Sides sides,
      KeptSessions kept,
      Share share,
      Suspects suspects,
      Tally tally,
      @Nullable SeenKeys met) {
    this.sides = sides;
    this.comparison = sides.comparison();
    this.kept = kept;
    this.share = share;
    this.suspects = suspects;
    this.tally = tally;
    this.met = met;
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public int step(int most) throws SQLException {
    PostgresSide.Page page = sides.postgres().page(last, most, share);
    last = page.last();
    ended = last == null;
    PostgresLook rows = page.look();
    RedisLook held = sides.redis().look(rows.sessions().keySet());
    List<Expected> missing = new ArrayList<>();
    long right = 0;
    for (Expected expected : rows.sessions().values()) {
      if (met != null) {
        met.add(expected.key());
      }
      Optional<Kind> kind = comparison.of(expected, held.of(expected.key()), held.at(rows.clock()));
      if (kind.isEmpty()) {
        right++;
      } else if (kind.get() == Kind.MISSING) {
        missing.add(expected);
      } else {
        suspects.add(Suspect.of(expected, held.of(expected.key()), rows));
      }
    }
    tally.right(right);
    addMissing(missing, held, rows);
    return rows.sessions().size();
  }

  private void addMissing(List<Expected> missing, RedisLook held, PostgresLook rows) {
    if (missing.isEmpty()) {
      return;
    }
    Set<String> toBeKept = kept.of(missing);
    for (Expected expected : missing) {
      if (toBeKept.contains(expected.key())) {
        suspects.add(Suspect.of(expected, held.of(expected.key()), rows));
      } else {
        tally.beyondBudget(1);
      }
    }
  }
}
