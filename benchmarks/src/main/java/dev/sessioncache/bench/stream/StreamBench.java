package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.CpuTimes;
import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import dev.sessioncache.bench.report.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A backlog of activity that all followers find in their slots when they start, each at a time. The
 * clock runs from the moment in which its first change is in Redis until its last is.
 */
public final class StreamBench {

  private static final double KILOBYTES = 1024;
  private static final double ASKED = 1 / 1.3;

  private final Workbench bench;
  private final int rounds;
  private final Consumer<String> progress;

  public StreamBench(Workbench bench, int rounds, Consumer<String> progress) {
    this.bench = bench;
    this.rounds = rounds;
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
    try (OurStream ours = new OurStream(bench, Map.of());
        ConnectStream connect = ConnectStream.forThroughput(bench)) {
      List<Follower> followers = List.of(ours, connect);
      Map<String, List<Run>> runs = new LinkedHashMap<>();
      for (Follower follower : followers) {
        runs.put(follower.name(), new ArrayList<>());
        follower.start();
        follower.awaitReady();
        new Marked(bench, backlog.tokens(), follower).awaitAll(0);
        follower.stop();
      }
      for (int round = 0; round <= rounds; round++) {
        Backlog.Marks marks = backlog.write(round, changes);
        for (Follower follower : followers) {
          Run run = drain(follower, new Marked(bench, backlog.tokens(), follower), marks);
          progress.accept(run.line(round == 0 ? "warm-up" : "run " + round, follower.name()));
          if (round > 0) {
            runs.getOrDefault(follower.name(), List.of()).add(run);
          }
        }
      }
      return new Result.Case(
          "backlog of %,d changes of %,d sessions".formatted(changes, sessions),
          "changes",
          ours.name(),
          connect.name(),
          ASKED,
          runs.entrySet().stream()
              .map(entry -> new Series(entry.getKey(), entry.getValue()))
              .toList());
    }
  }

  private static Run drain(Follower follower, Marked marked, Backlog.Marks marks) throws Exception {
    follower.start();
    marked.awaitAny(marks.first());
    CpuTimes before = CpuTimes.now();
    long startNanos = System.nanoTime();
    marked.awaitAll(marks.last());
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    CpuTimes taken = CpuTimes.now().since(before);
    long kilobytes = follower.peakKilobytes();
    follower.stop();
    return new Run(marks.changes(), seconds, taken.seconds(), kilobytes / KILOBYTES);
  }
}
