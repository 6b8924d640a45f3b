package dev.sessioncache.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Says in words how it is: what is worst comes first. */
final class Judge {

  private final String bound;
  private final String lease;
  private final PastOutages outages;
  private final long nowMillis;
  private final List<String> problems = new ArrayList<>();
  private Verdict.Level level = Verdict.Level.OK;

  /**
   * @param outages of servers that answer again
   */
  Judge(long boundMillis, long leaseMillis, PastOutages outages, long nowMillis) {
    this.outages = outages;
    this.nowMillis = nowMillis;
    this.bound = Words.duration(boundMillis);
    this.lease = Words.duration(leaseMillis);
  }

  Verdict judge(
      Map<String, Instant> silent,
      List<Lane> lanes,
      Snapshot.Capture capture,
      Snapshot.Lease refills,
      List<Snapshot.Process> processes,
      JsonNode verify) {
    silent.forEach((server, since) -> server(server, since.toEpochMilli()));
    lanes(lanes, silent.containsKey(Servers.POSTGRES), !silent.isEmpty());
    if (silent.isEmpty() && processes.stream().noneMatch(Judge::isStarting)) {
      capture(capture, processes);
    }
    if (refills.lanesRefilling() > 0) {
      problem(
          Verdict.Level.WARN,
          "%s being refilled from the log: readers ask Postgres for what is missing%s"
              .formatted(
                  Words.count(refills.lanesRefilling(), "lane")
                      + (refills.lanesRefilling() == 1 ? " is" : " are"),
                  afterwards(!silent.isEmpty(), "")));
    }
    starting(processes);
    drift(verify);
    if (problems.isEmpty()) {
      outages
          .last()
          .ifPresent(
              past -> problem(Verdict.Level.WARN, past.words() + ": what it missed is looked for"));
    }
    if (problems.isEmpty()) {
      return new Verdict(
          Verdict.Level.OK,
          "All %d lanes within %s of Postgres".formatted(lanes.size(), bound),
          List.of());
    }
    return new Verdict(level, problems.get(0), problems.subList(1, problems.size()));
  }

  private void server(String server, long since) {
    String silence = "%s has not answered since " + Words.time(since) + ": ";
    problem(
        Verdict.Level.BAD,
        switch (server) {
          case Servers.REDIS ->
              silence.formatted("Redis")
                  + "readers ask Postgres; shown is what this process alone knows";
          case Servers.KAFKA ->
              silence.formatted("Kafka")
                  + "no change reaches Redis; after %s readers ask Postgres, and what is cached lapses within %s"
                      .formatted(bound, lease);
          default ->
              silence.formatted("Postgres")
                  + "readers have what is cached for %s, then nothing; it lapses within %s"
                      .formatted(bound, lease);
        });
  }

  private void lanes(List<Lane> lanes, boolean postgresIsSilent, boolean serverIsSilent) {
    List<Lane> behind = lanes.stream().filter(Lane::behind).toList();
    if (behind.isEmpty()) {
      return;
    }
    boolean all = behind.size() == lanes.size();
    OptionalLong oldest = Survey.lagOfThoseBehind(behind);
    if (all && oldest.isEmpty()) {
      problem(
          Verdict.Level.WARN,
          "no lane has caught up yet: readers ask Postgres for their sessions"
              + heldUp(behind)
              + afterwards(serverIsSilent, ""));
      return;
    }
    problem(
        all ? Verdict.Level.BAD : Verdict.Level.WARN,
        "%s %s behind%s%s: %s%s%s"
            .formatted(
                all
                    ? "all %d lanes".formatted(lanes.size())
                    : Words.lanes(behind.stream().map(Lane::lane).toList()),
                all || behind.size() > 1 ? "are" : "is",
                since(behind),
                oldest.isPresent()
                    ? " (Redis is as of %s)"
                        .formatted(Words.timeOfDay(nowMillis - oldest.getAsLong()))
                    : "",
                postgresIsSilent
                    ? "readers are told of none of their sessions"
                    : "readers ask Postgres for their sessions",
                serverIsSilent ? "" : heldUp(behind),
                afterwards(serverIsSilent, "; see the events below and docs/operations.md")));
  }

  /** Of what a lane still suffers from. */
  private String afterwards(boolean serverIsSilent, String otherwise) {
    Optional<PastOutages.Past> past = outages.last();
    return past.isPresent() && !serverIsSilent
        ? "; "
            + past.get().words()
            + ", and what it missed is being caught up: nothing is to be done"
        : otherwise;
  }

  private static String since(List<Lane> behind) {
    OptionalLong since =
        behind.stream()
            .map(Lane::behindSinceMs)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .min();
    return since.isPresent() ? " since " + Words.time(since.getAsLong()) : "";
  }

  private static String heldUp(List<Lane> behind) {
    List<String> stages =
        behind.stream().map(Lane::heldUpBy).filter(Objects::nonNull).distinct().toList();
    return stages.isEmpty() ? "" : ". Their changes wait for " + String.join(" and ", stages);
  }

  private void capture(Snapshot.Capture capture, List<Snapshot.Process> processes) {
    if (capture.instance() == null) {
      boolean captureIsHere = processes.stream().anyMatch(one -> !one.capture().isEmpty());
      Optional<String> waits =
          processes.stream()
              .flatMap(one -> Stream.ofNullable(one.reasons().get("capture")))
              .findFirst();
      problem(
          Verdict.Level.WARN,
          waits.isPresent()
              ? "nobody reads the changes of Postgres: " + waits.get()
              : captureIsHere
                  ? "nobody reads the changes of Postgres yet: a process that stands by takes over within 10 s"
                  : "nobody reads the changes of Postgres: start a process with the role capture");
    } else if (!capture.complete()) {
      problem(
          Verdict.Level.WARN,
          "baseline %d is being read: %,d rows so far"
              .formatted(capture.baseline(), capture.changes()));
    }
  }

  private static boolean isStarting(Snapshot.Process process) {
    return process.reasons().containsKey("start");
  }

  private void starting(List<Snapshot.Process> processes) {
    for (Snapshot.Process process : processes) {
      String reason = process.reasons().get("start");
      if (reason != null) {
        String name = process.instance().isEmpty() ? "this process" : process.instance();
        problem(Verdict.Level.WARN, "%s: %s".formatted(name, reason));
      }
    }
  }

  private void drift(JsonNode verify) {
    long left = driftFound(verify) - verify.path("repaired").asLong();
    if (left > 0) {
      problem(
          Verdict.Level.WARN,
          "verify has found %s not as in Postgres: ./warmer verify --all --repair mends it, docs/verify.md tells why it may be"
              .formatted(Words.count(left, "session")));
    }
  }

  /** Sessions that verify has found to be wrong, repaired or not. */
  static long driftFound(JsonNode verify) {
    return Stream.of("missing", "stale", "orphaned", "wrong_ttl")
        .mapToLong(kind -> verify.path(kind).asLong())
        .sum();
  }

  private void problem(Verdict.Level its, String text) {
    level = its.compareTo(level) > 0 ? its : level;
    problems.add(Words.sentence(text));
  }
}
