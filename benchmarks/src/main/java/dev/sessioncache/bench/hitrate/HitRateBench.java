package dev.sessioncache.bench.hitrate;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Rounds;
import dev.sessioncache.bench.report.Result;
import java.util.List;

/**
 * The same application, with a warm and with nothing but what it leaves in Redis itself after a
 * miss.
 */
public final class HitRateBench {

  private static final int SESSIONS_PER_SECOND = 500;
  private static final int FEWEST_SECONDS = 10;

  private final Workbench bench;
  private final Rounds rounds;

  public HitRateBench(Workbench bench, Rounds rounds) {
    this.bench = bench;
    this.rounds = rounds;
  }

  /** Measures with so many sessions, for a second for each 500 of them. */
  public Result.Case of(int sessions) throws Exception {
    bench.fill(sessions);
    List<String> tokens = bench.tokens();
    int seconds = Math.max(FEWEST_SECONDS, sessions / SESSIONS_PER_SECOND);
    ColdStart warmed = new ColdStart(bench, "with a warm", tokens, seconds, true);
    ColdStart filled = new ColdStart(bench, "filled on a miss", tokens, seconds, false);
    return new Result.Case(
        "cold start, %,d sessions".formatted(sessions),
        "validations",
        warmed.name(),
        filled.name(),
        0,
        rounds.of(List.of(warmed, filled)));
  }
}
