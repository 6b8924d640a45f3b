package dev.sessioncache.bench.latency;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.report.Result;
import dev.sessioncache.bench.stream.Backlog;
import dev.sessioncache.bench.stream.ConnectStream;
import dev.sessioncache.bench.stream.OurStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes at a steady rate, and how long from the return of each COMMIT until a reader of Redis
 * sees it, by a sample of them; one follower after the other, each with Redis to itself. A run
 * begins with changes that are not counted. No session changes twice in a run, so no change hides
 * another.
 */
public final class LatencyBench {

  /** At that rate a JVM has compiled what it uses; before, two cores have little left. */
  public static final int WARM_UP_SECONDS = 90;

  private final Workbench bench;
  private final int rounds;
  private final int seconds;
  private final Consumer<String> progress;

  /**
   * @param seconds that are counted in each run, after {@link #WARM_UP_SECONDS} that are not
   */
  public LatencyBench(Workbench bench, int rounds, int seconds, Consumer<String> progress) {
    this.bench = bench;
    this.rounds = rounds;
    this.seconds = seconds;
    this.progress = progress;
  }

  /** Measures at so many commits a second. */
  public Result.Case of(int rate) throws Exception {
    int uncounted = rate * WARM_UP_SECONDS;
    int counted = rate * seconds;
    bench.fill(uncounted + counted + Backlog.MARKED);
    Backlog backlog = new Backlog(bench);
    try (Commits commits = new Commits(bench, rate);
        OurStream ours = new OurStream(bench);
        ConnectStream connect = ConnectStream.forLatency(bench)) {
      List<PacedRuns> contenders =
          List.of(
              new PacedRuns(bench, backlog, ours, commits, uncounted),
              new PacedRuns(bench, backlog, connect, commits, uncounted));
      for (PacedRuns contender : contenders) {
        contender.begin();
      }
      int number = 0;
      for (int round = 1; round <= rounds; round++) {
        for (PacedRuns contender : contenders) {
          progress.accept(contender.run(number++, "run %d/%d".formatted(round, rounds)));
        }
      }
      return new Result.Case(
          "%,d commits a second".formatted(rate),
          "commits",
          ours.name(),
          connect.name(),
          1,
          contenders.stream().map(PacedRuns::series).toList());
    }
  }
}
