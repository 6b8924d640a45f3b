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

  private final long boundMillis;
  private final String lease;
  private final List<String> problems = new ArrayList<>();
  private Verdict.Level level = Verdict.Level.OK;

  Judge(long boundMillis, long leaseMillis) {
    this.boundMillis = boundMillis;
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
    lanes(lanes);
    if (silent.isEmpty()) {
      capture(capture, processes);
    }
    if (refills.lanesRefilling() > 0) {
      problem(
          Verdict.Level.WARN,
          "%d lanes are being refilled from the log: readers ask Postgres for what is missing"
              .formatted(refills.lanesRefilling()));
    }
    starting(processes);
    drift(verify);
    if (problems.isEmpty()) {
      return new Verdict(
          Verdict.Level.OK,
          "All %d lanes within %s of Postgres".formatted(lanes.size(), Words.duration(boundMillis)),
          List.of());
    }
    return new Verdict(level, problems.get(0), problems.subList(1, problems.size()));
  }

  private void server(String server, long since) {
    String silence = "%s does not answer since " + Words.time(since) + ": ";
    problem(
        Verdict.Level.BAD,
        switch (server) {
          case Servers.REDIS ->
              silence.formatted("Redis")
                  + "readers ask Postgres; shown is what this process alone knows";
          case Servers.KAFKA ->
              silence.formatted("Kafka")
                  + "no change reaches Redis, what is cached lapses within %s, readers ask Postgres"
                      .formatted(lease);
          default ->
              silence.formatted("Postgres")
                  + "no change can be read, and what is cached lapses within %s".formatted(lease);
        });
  }

  private void lanes(List<Lane> lanes) {
    List<Integer> behind = lanes.stream().filter(Lane::behind).map(Lane::lane).toList();
    if (behind.isEmpty()) {
      return;
    }
    OptionalLong since =
        lanes.stream()
            .filter(Lane::behind)
            .map(Lane::behindSinceMs)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .min();
    boolean all = behind.size() == lanes.size();
    problem(
        all ? Verdict.Level.BAD : Verdict.Level.WARN,
        "%s behind %s: readers ask Postgres for their sessions; see the events below and docs/operations.md"
            .formatted(
                all ? "all %d lanes are".formatted(lanes.size()) : Words.lanes(behind),
                since.isPresent()
                    ? "since " + Words.time(since.getAsLong())
                    : "and have not caught up yet"));
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

  private void starting(List<Snapshot.Process> processes) {
    for (Snapshot.Process process : processes) {
      String reason = process.reasons().get("start");
      if (reason != null) {
        problem(Verdict.Level.WARN, "%s: %s".formatted(process.instance(), reason));
      }
    }
  }

  private void drift(JsonNode verify) {
    long left = driftFound(verify) - verify.path("repaired").asLong();
    if (left > 0) {
      problem(
          Verdict.Level.WARN,
          "verify has found %,d sessions that are not as in Postgres: see docs/verify.md"
              .formatted(left));
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
