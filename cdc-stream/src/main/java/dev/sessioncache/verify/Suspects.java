package dev.sessioncache.verify;

import dev.sessioncache.guard.GuardSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;

/**
 * Values that were wrong when they were looked at, and wait to be looked at again: most differences
 * are changes on their way.
 *
 * <p>A further look reads the lanes' watermarks, then Redis, then Postgres. It proves drift when
 * the rows are still those of the look before, and the watermark had passed that one: then what
 * they make had been applied before Redis was read, and nothing has changed it since. It proves the
 * value right when that is what the rows make now, or made at the look before. Else the session has
 * changed in between, and is looked at once more. A lane whose watermark stands still for longer
 * than the bound proves nothing.
 *
 * <p>Where no stream announces itself, only a warm could be on its way: there a difference is drift
 * that is the same on both sides after the bound. Used by one thread.
 */
final class Suspects {

  /** A session that changes all the time is given up after so many looks. */
  static final int MOST_LOOKS = 8;

  private static final int AT_A_TIME = 500;

  private final RedisSide redis;
  private final PostgresSide postgres;
  private final GuardSettings settings;
  private final Comparison comparison;
  private final KeptSessions kept;
  private final Repair repair;
  private final Tally tally;
  private final int lanes;
  private final Duration bound;
  private final Queue<Suspect> waiting = new ArrayDeque<>();

  Suspects(Sides sides, KeptSessions kept, Repair repair, Tally tally, Duration bound) {
    this.redis = sides.redis();
    this.postgres = sides.postgres();
    this.settings = sides.settings();
    this.comparison = sides.comparison();
    this.lanes = sides.lanes();
    this.kept = kept;
    this.repair = repair;
    this.tally = tally;
    this.bound = bound;
  }

  void add(Suspect suspect) {
    waiting.add(suspect);
  }

  int size() {
    return waiting.size();
  }

  /** Looks at those again whose time has come. */
  void lookAgain() throws SQLException {
    if (waiting.isEmpty()) {
      return;
    }
    LaneMarks marks = LaneMarks.read(redis, settings, lanes);
    List<Suspect> due = new ArrayList<>();
    for (int left = waiting.size(); left > 0; left--) {
      Suspect suspect = waiting.remove();
      (isDue(suspect, marks) ? due : waiting).add(suspect);
    }
    for (int from = 0; from < due.size(); from += AT_A_TIME) {
      lookAgain(due.subList(from, Math.min(due.size(), from + AT_A_TIME)));
    }
  }

  private boolean isDue(Suspect suspect, LaneMarks marks) {
    return suspect.isUnseen()
        || isOlderThanBound(suspect.seenNanos())
        || (marks.streamed() && marks.havePassed(suspect.lane(), suspect.seenMillis()));
  }

  private boolean isOlderThanBound(long nanos) {
    return System.nanoTime() - nanos >= bound.toNanos();
  }

  private void lookAgain(List<Suspect> due) throws SQLException {
    List<String> keys = due.stream().map(Suspect::key).toList();
    repair.begin();
    LaneMarks marks = LaneMarks.read(redis, settings, lanes);
    RedisLook held = redis.look(keys);
    List<String> ids = due.stream().map(Suspect::id).filter(Objects::nonNull).toList();
    PostgresLook rows = postgres.look(postgres.sought(held, ids));
    Map<Expected, Kind> wrong = new LinkedHashMap<>();
    List<Suspect> stillWrong = new ArrayList<>();
    for (Suspect suspect : due) {
      Expected expected = rows.of(suspect.key());
      Held value = held.of(suspect.key());
      Optional<Kind> kind = comparison.of(expected, value, held.at(rows.clock()));
      if (kind.isEmpty() || isAsBefore(suspect, expected, value, marks)) {
        tally.cleared(suspect.looks() > 0);
      } else {
        wrong.put(expected, kind.get());
        stillWrong.add(suspect);
      }
    }
    leaveOutBeyondBudget(wrong);
    Map<Expected, Kind> drift = new LinkedHashMap<>();
    for (Suspect suspect : stillWrong) {
      Expected expected = rows.of(suspect.key());
      Kind kind = wrong.get(expected);
      if (kind != null) {
        judge(suspect, expected, kind, held, rows, marks, drift);
      }
    }
    repair.end(drift, rows).forEach(tally::drift);
  }

  /** Redis shows what the rows made at the look before: a change since then is on its way. */
  private static boolean isAsBefore(Suspect suspect, Expected now, Held value, LaneMarks marks) {
    return marks.streamed()
        && marks.havePassed(suspect.lane(), suspect.seenMillis())
        && !suspect.versions().equals(now.versions())
        && suspect.document() != 0
        && suspect.document() == value.print();
  }

  private void leaveOutBeyondBudget(Map<Expected, Kind> wrong) {
    List<Expected> missing = missing(wrong);
    if (missing.isEmpty()) {
      return;
    }
    var toBeKept = kept.of(missing);
    for (Expected one : missing) {
      if (!toBeKept.contains(one.key())) {
        wrong.remove(one);
        tally.beyondBudget(1);
      }
    }
  }

  private static List<Expected> missing(Map<Expected, Kind> wrong) {
    return wrong.entrySet().stream()
        .filter(each -> each.getValue() == Kind.MISSING)
        .map(Map.Entry::getKey)
        .toList();
  }

  private void judge(
      Suspect suspect,
      Expected expected,
      Kind kind,
      RedisLook held,
      PostgresLook rows,
      LaneMarks marks,
      Map<Expected, Kind> drift) {
    Held value = held.of(suspect.key());
    boolean sameRows = suspect.versions().equals(expected.versions());
    boolean passed =
        marks.streamed()
            ? marks.havePassed(suspect.lane(), suspect.seenMillis())
            : suspect.held() == value.print() && isOlderThanBound(suspect.seenNanos());
    if (sameRows && passed && !suspect.isUnseen()) {
      drift.put(expected, kind);
    } else if (marks.streamed() && !passed && isOlderThanBound(suspect.seenNanos())) {
      tally.behind(marks.standingStill(suspect.lane(), suspect.seenMillis()));
    } else if (suspect.looks() >= MOST_LOOKS) {
      tally.busy();
    } else {
      waiting.add(suspect.again(expected, value, rows));
    }
  }
}
