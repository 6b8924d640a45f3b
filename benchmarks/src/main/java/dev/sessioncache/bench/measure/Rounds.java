package dev.sessioncache.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets contenders run in turn, A B C A B C ..., so that whatever else the machine does hits all
 * alike. The first round warms up and is not counted.
 */
public final class Rounds {

  private final int counted;
  private final Consumer<String> progress;

  /**
   * @param counted rounds beside the first, at least 1
   * @param progress told of each run, one line
   */
  public Rounds(int counted, Consumer<String> progress) {
    this.counted = counted;
    this.progress = progress;
  }

  /** Returns their series, in the given order. */
  public List<Series> of(List<? extends Contender> contenders) throws Exception {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    contenders.forEach(contender -> runs.put(contender.name(), new ArrayList<>()));
    for (int round = 0; round <= counted; round++) {
      for (Contender contender : contenders) {
        Run run = measured(contender);
        progress.accept(
            run.line(
                round == 0 ? "warm-up" : "run %d/%d".formatted(round, counted), contender.name()));
        if (round > 0) {
          runs.getOrDefault(contender.name(), new ArrayList<>()).add(run);
        }
      }
    }
    return runs.entrySet().stream()
        .map(entry -> new Series(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Run measured(Contender contender) throws Exception {
    contender.prepare();
    boolean here = contender.isHere();
    CpuTimes before = CpuTimes.now(here);
    long startNanos = System.nanoTime();
    long kilobytes = contender.run();
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    CpuTimes taken = CpuTimes.now(here).since(before);
    return new Run(
        contender.check(),
        seconds,
        taken.seconds(),
        Run.megabytes(kilobytes),
        contender.micros(),
        contender.shares(),
        Map.of());
  }
}
