package dev.sessioncache.bench.measure;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

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

  /** Percentiles of the time of one unit, by their names; empty when there are none. */
  public Map<String, Figure> micros() {
    return byName(Run::micros);
  }

  /** What one unit leaves, by where; empty when it is not about that. */
  public Map<String, Figure> bytes() {
    return byName(Run::bytes);
  }

  private Map<String, Figure> byName(Function<Run, Map<String, Double>> of) {
    Map<String, Figure> figures = new TreeMap<>();
    of.apply(runs.get(0))
        .keySet()
        .forEach(name -> figures.put(name, figure(run -> of.apply(run).getOrDefault(name, 0.0))));
    return figures;
  }

  /** Of each second, the share that the cache has answered; empty when it is not about that. */
  public List<Figure> shares() {
    int seconds = runs.stream().mapToInt(run -> run.shares().size()).min().orElse(0);
    return IntStream.range(0, seconds)
        .mapToObj(second -> figure(run -> run.shares().get(second)))
        .toList();
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
