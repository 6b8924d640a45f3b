package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import dev.sessioncache.bench.report.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backlog of activity that all followers find in their slots when they start, each at a time. */
public final class StreamBench {

  private static final double ASKED = 1 / 1.3;

  private final Workbench bench;
  private final int rounds;
  private final @Nullable Path debeziumServer;
  private final Consumer<String> progress;

  /**
   * @param debeziumServer where it is unpacked; null to leave it out
   */
  public StreamBench(
      Workbench bench, int rounds, @Nullable Path debeziumServer, Consumer<String> progress) {
    this.bench = bench;
    this.rounds = rounds;
    this.debeziumServer = debeziumServer;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @param changes in each backlog, each a transaction of its own
   */
  public Result.Case of(int sessions, int changes) throws Exception {
    bench.fill(sessions);
    Backlog backlog = new Backlog(bench);
    try (OurStream ours = new OurStream(bench);
        ConnectStream connect = ConnectStream.forThroughput(bench);
        @Nullable DebeziumServer server = debeziumServer()) {
      List<Drain> drains = new ArrayList<>();
      drains.add(new FollowerDrain(bench, backlog, ours));
      drains.add(new FollowerDrain(bench, backlog, connect));
      if (server != null) {
        drains.add(new FollowerDrain(bench, backlog, server));
      }
      if (Workbench.hasProgram(RawLog.PROGRAM)) {
        drains.add(new RawLog(bench));
      } else {
        progress.accept("left out: the log alone, for there is no " + RawLog.PROGRAM);
      }
      return new Result.Case(
          "backlog of %,d changes of %,d sessions".formatted(changes, sessions),
          "changes",
          ours.name(),
          connect.name(),
          ASKED,
          series(drains, backlog, changes));
    }
  }

  private @Nullable DebeziumServer debeziumServer() throws Exception {
    if (debeziumServer == null) {
      progress.accept("left out: Debezium Server, for there is no --debezium-server");
      return null;
    }
    return new DebeziumServer(bench, debeziumServer);
  }

  private List<Series> series(List<Drain> drains, Backlog backlog, int changes) throws Exception {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (Drain drain : drains) {
      runs.put(drain.name(), new ArrayList<>());
      drain.begin();
    }
    for (int round = 0; round <= rounds; round++) {
      Backlog.Marks marks = backlog.write(round + 1, changes);
      for (Drain drain : drains) {
        Run run = drain.run(marks);
        progress.accept(run.line(round == 0 ? "warm-up" : "run " + round, drain.name()));
        if (round > 0) {
          runs.getOrDefault(drain.name(), List.of()).add(run);
        }
      }
    }
    return runs.entrySet().stream()
        .map(entry -> new Series(entry.getKey(), entry.getValue()))
        .toList();
  }
}
