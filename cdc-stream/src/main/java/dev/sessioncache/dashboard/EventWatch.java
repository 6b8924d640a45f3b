package dev.sessioncache.dashboard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tells what has happened between two snapshots. So one process tells what has happened to all, and
 * what it has not seen it does not tell.
 */
final class EventWatch {

  private final List<Event> events = new ArrayList<>();
  private final Snapshot before;
  private final Snapshot now;

  private EventWatch(Snapshot before, Snapshot now) {
    this.before = before;
    this.now = now;
  }

  static List<Event> between(Snapshot before, Snapshot now) {
    EventWatch watch = new EventWatch(before, now);
    watch.servers();
    if (before.from().equals("redis") && now.from().equals("redis")) {
      watch.processes();
      watch.capture();
      watch.jobs();
      watch.refills();
      watch.deadLetters();
      watch.generation();
      watch.lanes();
    }
    return watch.events;
  }

  /** What the first look of a process finds that began before it. */
  static List<Event> atFirst(Snapshot now) {
    EventWatch watch = new EventWatch(now, now);
    OptionalLong oldest = Survey.lagOfThoseBehind(now.lanes());
    if (oldest.isPresent() && now.instances().size() == 1) {
      watch.event(
          "stream_began",
          Verdict.Level.WARN,
          "The stream did not run from %s to %s: what it missed is being caught up"
              .formatted(Words.timeOfDay(now.atMs() - oldest.getAsLong()), Words.time(now.atMs())));
    }
    return watch.events;
  }

  private void servers() {
    for (String server : now.servers().keySet()) {
      boolean silent = now.servers().getOrDefault(server, 0L) > 0;
      boolean wasSilent = before.servers().getOrDefault(server, 0L) > 0;
      if (silent && !wasSilent) {
        event(server + "_lost", Verdict.Level.BAD, Words.sentence(server) + " does not answer");
      } else if (wasSilent && !silent) {
        event(
            server + "_back",
            Verdict.Level.OK,
            "%s answers again; it had not since %s"
                .formatted(
                    Words.sentence(server), Words.time(before.servers().getOrDefault(server, 0L))));
      }
    }
  }

  private void processes() {
    for (String gone : without(names(before), names(now))) {
      event("process_gone", Verdict.Level.WARN, "Process " + gone + " has gone");
    }
    for (String come : without(names(now), names(before))) {
      event("process_come", Verdict.Level.OK, "Process " + come + " has come");
    }
  }

  private void capture() {
    Snapshot.Capture was = before.capture();
    Snapshot.Capture is = now.capture();
    String by = is.instance();
    if (by == null) {
      if (was.instance() != null) {
        event(
            "capture_stopped",
            Verdict.Level.WARN,
            was.instance() + " does not read the slot any more");
      }
      return;
    }
    if (is.term() != was.term() || !by.equals(was.instance())) {
      event("takeover", Verdict.Level.OK, "%s reads the slot, term %d".formatted(by, is.term()));
      boolean baseline = is.mode().equals("baseline");
      event(
          baseline ? "baseline_begun" : "capture_continued",
          baseline ? Verdict.Level.WARN : Verdict.Level.OK,
          baseline
              ? "Baseline %d has begun: %s".formatted(is.baseline(), is.reason())
              : "Capture goes on in baseline %d: %s".formatted(is.baseline(), is.reason()));
    } else if (is.complete() && !was.complete()) {
      event(
          "baseline_complete",
          Verdict.Level.OK,
          "Baseline %d is complete, %,d rows".formatted(is.baseline(), is.changes()));
    }
  }

  private void jobs() {
    for (String job : now.jobs().keySet()) {
      String was = state(before, job);
      String is = state(now, job);
      boolean newRun = !text(before, job, "started_at").equals(text(now, job, "started_at"));
      if ((was.equals(is) && !newRun) || job.equals("verify")) {
        continue; // verify runs round after round
      }
      event(
          job + "_" + is,
          is.equals("done") || is.equals("running") ? Verdict.Level.OK : Verdict.Level.WARN,
          switch (is) {
            case "running" -> "A %s has begun".formatted(job);
            case "done" -> "The %s is done%s".formatted(job, sessions(job));
            default -> "The %s has ended early: %s".formatted(job, is);
          });
    }
    long drift = drift(now) - drift(before);
    boolean sameRound =
        text(before, "verify", "started_at").equals(text(now, "verify", "started_at"));
    long fresh = sameRound ? drift : drift(now);
    if (fresh > 0) {
      event(
          "drift",
          Verdict.Level.WARN,
          "Verify has found %s not as in Postgres".formatted(Words.count(fresh, "session")));
    }
  }

  private String sessions(String job) {
    return job.equals("warm")
        ? ": %,d sessions written, %,d were there"
            .formatted(now.job(job).path("written").asLong(), now.job(job).path("present").asLong())
        : "";
  }

  private static long drift(Snapshot of) {
    return Judge.driftFound(of.job("verify"));
  }

  private void refills() {
    long was = before.lease().lanesRefilling();
    long is = now.lease().lanesRefilling();
    if (is > was) {
      event(
          "refill_begun",
          Verdict.Level.WARN,
          Words.count(is, "lane") + (is == 1 ? " is being refilled" : " are being refilled"));
    } else if (was > 0 && is == 0) {
      event(
          "refilled",
          Verdict.Level.OK,
          "The lanes are refilled; %,d sessions have been put back so far"
              .formatted(now.lease().refilledSessions()));
    }
  }

  private void deadLetters() {
    long more = now.flow().deadLetters() - before.flow().deadLetters();
    if (more > 0) {
      event(
          "dead_letters",
          Verdict.Level.WARN,
          "%,d records could not be used: they are in the topic of dead letters".formatted(more));
    }
  }

  private void generation() {
    if (!before.generation().isEmpty() && !before.generation().equals(now.generation())) {
      event(
          "redis_lost_something",
          Verdict.Level.WARN,
          "Redis was emptied or has lost something: it is filled again");
    }
  }

  private void lanes() {
    List<Integer> behind = changed(true);
    if (!behind.isEmpty()) {
      event(
          "lanes_behind",
          Verdict.Level.WARN,
          Words.sentence(Words.lanes(behind)) + " behind: nothing of them is read from Redis");
    }
    List<Integer> caughtUp = changed(false);
    if (!caughtUp.isEmpty()) {
      event(
          "lanes_caught_up",
          Verdict.Level.OK,
          Words.sentence(Words.lanes(caughtUp)) + " caught up");
    }
  }

  private List<Integer> changed(boolean toBehind) {
    return now.lanes().stream()
        .filter(
            lane ->
                lane.lane() < before.lanes().size()
                    && lane.behind() == toBehind
                    && before.lanes().get(lane.lane()).behind() != toBehind)
        .map(Lane::lane)
        .toList();
  }

  private static String state(Snapshot of, String job) {
    return text(of, job, "state");
  }

  private static String text(Snapshot of, String job, String field) {
    return of.job(job).path(field).asText();
  }

  private static Collection<String> names(Snapshot of) {
    return of.instances().stream()
        .map(Snapshot.Process::instance)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Collection<String> without(Collection<String> all, Collection<String> some) {
    return all.stream().filter(one -> !some.contains(one)).toList();
  }

  private void event(String kind, Verdict.Level level, String text) {
    events.add(new Event(now.atMs(), kind, level, text));
  }
}
