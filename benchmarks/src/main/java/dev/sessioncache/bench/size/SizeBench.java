package dev.sessioncache.bench.size;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.latency.Commits;
import dev.sessioncache.bench.measure.CpuTimes;
import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import dev.sessioncache.bench.report.Result;
import dev.sessioncache.bench.stream.Marked;
import dev.sessioncache.bench.stream.OurStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The first start of a stream, then changes at a steady rate, and what each session and each change
 * leaves where. One run.
 */
public final class SizeBench {

  private static final int CHANGES_A_SECOND = 1_000;
  private static final int UNCOUNTED = 30 * CHANGES_A_SECOND;
  private static final int COUNTED = 60 * CHANGES_A_SECOND;

  /**
   * Of the changes, by which is seen that all of them are in Redis: so many that each lane has
   * some.
   */
  private static final int LAST = 32;

  /** A session's value and its guard. */
  private static final long KEYS_OF_A_SESSION = 2;

  private final Workbench bench;
  private final Consumer<String> progress;

  /**
   * @param bench that no stream has used yet
   */
  public SizeBench(Workbench bench, Consumer<String> progress) {
    this.bench = bench;
    this.progress = progress;
  }

  /** Measures with so many sessions. */
  public List<Result.Case> of(int sessions) throws Exception {
    bench.fill(sessions);
    try (OurStream stream =
            new OurStream(bench, Map.of("WARMER_KEEP_BUDGET", Integer.toString(sessions)));
        Places places = new Places(bench, stream.stateDirectory())) {
      Run start = start(stream, places, sessions);
      Run changes = changes(stream, places);
      return List.of(
          told("first start with %,d sessions".formatted(sessions), "sessions", stream, start),
          told(
              "%,d changes of %,d sessions".formatted(changes.amount(), sessions),
              "changes",
              stream,
              changes));
    }
  }

  private Result.Case told(String title, String unit, OurStream stream, Run run) {
    progress.accept(run.line(unit, stream.name()));
    return new Result.Case(
        title, unit, stream.name(), null, 0, List.of(new Series(stream.name(), List.of(run))));
  }

  private Run start(OurStream stream, Places places, int sessions) throws Exception {
    Map<String, Long> before = places.all();
    CpuTimes cpu = CpuTimes.now();
    long startNanos = System.nanoTime();
    stream.start();
    stream.await(() -> bench.redis().sync().dbsize() >= sessions * KEYS_OF_A_SESSION);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    Map<String, Double> taken = CpuTimes.now().since(cpu).seconds();
    double megabytes = Run.megabytes(stream.peakKilobytes());
    Map<String, Double> bytes = each(before, places.all(), sessions);
    return new Run(sessions, seconds, taken, megabytes, Map.of(), List.of(), bytes);
  }

  /** The most that the stream had resident stays that of its start. */
  private Run changes(OurStream stream, Places places) throws Exception {
    List<String> tokens = bench.tokens();
    int uncounted = Math.min(UNCOUNTED, tokens.size() / 2);
    List<String> counted = tokens.subList(uncounted, Math.min(uncounted + COUNTED, tokens.size()));
    try (Commits commits = new Commits(bench, CHANGES_A_SECOND)) {
      run(commits, tokens.subList(0, uncounted), stream);
      Map<String, Long> before = places.topics();
      CpuTimes cpu = CpuTimes.now();
      long startNanos = System.nanoTime();
      run(commits, counted, stream);
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      Map<String, Double> taken = CpuTimes.now().since(cpu).seconds();
      Map<String, Double> bytes = each(before, places.topics(), counted.size());
      return new Run(counted.size(), seconds, taken, 0, Map.of(), List.of(), bytes);
    }
  }

  /** Until Redis has all of it. */
  private void run(Commits commits, List<String> tokens, OurStream stream) throws Exception {
    commits.run(tokens);
    List<String> last = tokens.subList(Math.max(0, tokens.size() - LAST), tokens.size());
    new Marked(bench, last, stream).awaitAll(commits.next() - last.size());
  }

  private static Map<String, Double> each(
      Map<String, Long> before, Map<String, Long> after, int amount) {
    Map<String, Double> bytes = new TreeMap<>();
    after.forEach(
        (place, size) ->
            bytes.put(place, (double) (size - before.getOrDefault(place, 0L)) / amount));
    return bytes;
  }
}
