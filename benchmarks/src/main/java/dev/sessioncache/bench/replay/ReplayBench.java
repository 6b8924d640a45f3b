package dev.sessioncache.bench.replay;

import dev.sessioncache.bench.Program;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.connect.ConnectWorker;
import dev.sessioncache.bench.measure.Rounds;
import dev.sessioncache.bench.report.Result;
import java.util.List;

/**
 * An emptied Redis that is filled again from Kafka, with Postgres at rest. The clock of ours runs
 * from the start of its program to its end. It is compared with a worker of Connect that is up
 * already, from its first key in Redis to its last; one that has to be started is shown beside it.
 */
public final class ReplayBench {

  private static final String OURS = "warmer replay";
  private static final double ASKED = 0.5;

  private final Workbench bench;
  private final Rounds rounds;

  public ReplayBench(Workbench bench, Rounds rounds) {
    this.bench = bench;
    this.rounds = rounds;
  }

  /** Measures with so many sessions in the log. */
  public Result.Case of(int sessions) throws Exception {
    bench.fill(sessions);
    Entries entries = new Entries(bench, sessions);
    entries.fill();
    Program ours = Program.filling(bench, OURS, sessions, entries::replay);
    Rows rows = Rows.of(bench, sessions);
    try (ConnectWorker worker = new ConnectWorker(bench, "bench-drain-" + sessions)) {
      ConnectDrain standing = new ConnectDrain(bench, worker, rows, false);
      ConnectDrain started = new ConnectDrain(bench, worker, rows, true);
      return new Result.Case(
          "%,d sessions from the log".formatted(sessions),
          "sessions",
          OURS,
          standing.name(),
          ASKED,
          rounds.of(List.of(ours, standing, started)));
    }
  }
}
