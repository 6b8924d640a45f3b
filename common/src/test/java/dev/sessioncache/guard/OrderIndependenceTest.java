package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardModel.Event;
import dev.sessioncache.guard.GuardModel.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Writers that tell the truth about what they have read may reach Redis in any order: the cache
 * ends with the newest, never goes back, and never shows again what was removed.
 */
class OrderIndependenceTest {

  /** Of which one is what the baseline has read. */
  private static final int EVENTS = 6;

  private static final int MOST_COMMITS = 3;

  private enum Kind {
    STREAM,
    SNAPSHOT,
    EXPIRY
  }

  /** What reaches Redis, made from so many commits. */
  private record Arrival(Kind kind, int commits) {

    @Override
    public String toString() {
      return kind == Kind.EXPIRY ? "expiry" : kind + " " + commits;
    }
  }

  private int judged;

  /** The stream sends every commit in order, and again; snapshots of any age come at any time. */
  @Test
  void shouldEndWithTheNewestInWhateverOrderWritesArrive() {
    for (int commits = 0; commits <= MOST_COMMITS; commits++) {
      for (History history : History.all(commits)) {
        extend(history, new ArrayList<>(), -1);
      }
    }
    assertThat(judged).isGreaterThan(100_000);
  }

  private void extend(History history, List<Arrival> arrivals, int streamed) {
    if (streamed == history.commits()) {
      judge(history, arrivals);
    }
    if (arrivals.size() == EVENTS) {
      return;
    }
    for (int commits = 0; commits <= history.commits(); commits++) {
      if (commits <= streamed + 1) {
        extendBy(history, arrivals, new Arrival(Kind.STREAM, commits), Math.max(streamed, commits));
      }
      if (history.document(commits) != null) {
        extendBy(history, arrivals, new Arrival(Kind.SNAPSHOT, commits), streamed);
      }
    }
    extendBy(history, arrivals, new Arrival(Kind.EXPIRY, 0), streamed);
  }

  private void extendBy(History history, List<Arrival> arrivals, Arrival next, int streamed) {
    arrivals.add(next);
    extend(history, arrivals, streamed);
    arrivals.remove(arrivals.size() - 1);
  }

  private void judge(History history, List<Arrival> arrivals) {
    judged++;
    GuardModel model = new GuardModel();
    int newest = -1;
    boolean lapsed = false;
    for (Arrival arrival : arrivals) {
      if (arrival.kind() == Kind.EXPIRY) {
        model.happen(Event.VALUE_EXPIRES);
        lapsed = true;
      } else if (accepts(model, write(history, arrival))) {
        check(arrival.commits() >= newest, "went back", arrival, arrivals, history);
        newest = arrival.commits();
        lapsed = false;
      } else {
        check(arrival.commits() <= newest, "refused the newest", arrival, arrivals, history);
      }
      String expected = lapsed || newest < 0 ? null : history.document(newest);
      check(Objects.equals(model.value(), expected), "wrong value", arrival, arrivals, history);
    }
    assertThat(newest).as("%s of %s", arrivals, history).isEqualTo(history.commits());
  }

  private static Write write(History history, Arrival arrival) {
    return arrival.kind() == Kind.STREAM
        ? history.stream(arrival.commits())
        : history.snapshot(arrival.commits());
  }

  private static boolean accepts(GuardModel model, Write write) {
    return Objects.requireNonNull(model.write(write, false)) != GuardScript.OLDER;
  }

  private static void check(
      boolean holds, String what, Arrival at, List<Arrival> arrivals, History history) {
    if (!holds) {
      throw new AssertionError("%s at %s of %s, %s".formatted(what, at, arrivals, history));
    }
  }
}
