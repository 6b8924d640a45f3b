package dev.sessioncache.bench.measure;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** All counted runs of a contender, in their order. */
public record Series(String contender, List<Run> runs) {

  public Series {
    runs = List.copyOf(runs);
  }

  public Figure seconds() {
    return figure(Run::seconds);
  }

  /** Units a second. */
  public Figure rate() {
    return figure(Run::perSecond);
  }

  public Figure cpuMicrosPerUnit() {
    return figure(Run::cpuMicrosPerUnit);
  }

  public Figure peakMegabytes() {
    return figure(Run::peakMegabytes);
  }

  /** Median of each program, seconds. */
  public Map<String, Double> cpuSeconds() {
    Map<String, Double> medians = new TreeMap<>();
    runs.get(0)
        .cpuSeconds()
        .keySet()
        .forEach(
            program ->
                medians.put(
                    program, figure(run -> run.cpuSeconds().getOrDefault(program, 0.0)).median()));
    return medians;
  }

  private Figure figure(ToDoubleFunction<Run> of) {
    return Figure.of(runs.stream().mapToDouble(of).toArray());
  }
}
