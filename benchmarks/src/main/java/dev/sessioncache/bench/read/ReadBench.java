package dev.sessioncache.bench.read;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Rounds;
import dev.sessioncache.bench.report.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads of cached sessions by one thread, and by more than the machine has processors. */
public final class ReadBench {

  private static final List<Integer> THREADS = List.of(1, 8);
  private static final int READS = 200_000;
  private static final double ASKED = 1.1;

  private final Workbench bench;
  private final Rounds rounds;

  public ReadBench(Workbench bench, Rounds rounds) {
    this.bench = bench;
    this.rounds = rounds;
  }

  /** Measures with so many sessions in Redis. */
  public List<Result.Case> of(int sessions) throws Exception {
    bench.fill(sessions);
    List<String> tokens = bench.tokens();
    List<Result.Case> cases = new ArrayList<>();
    try (OurLookup ours = new OurLookup(bench);
        BareGet bare = new BareGet(bench)) {
      for (int threads : THREADS) {
        cases.add(
            new Result.Case(
                "%,d sessions, read by %d thread%s"
                    .formatted(sessions, threads, threads == 1 ? "" : "s"),
                "reads",
                ours.name(),
                bare.name(),
                ASKED,
                rounds.of(
                    Stream.of(ours, bare)
                        .map(lookup -> new Readers(bench, lookup, tokens, threads, READS))
                        .toList())));
      }
    }
    return cases;
  }
}
