package dev.sessioncache.bench.warm;

import dev.sessioncache.bench.Program;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Contender;
import dev.sessioncache.bench.measure.Rounds;
import dev.sessioncache.bench.measure.Series;
import dev.sessioncache.bench.report.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A warm of all sessions of a table into an empty Redis, from the start of the program to its end.
 */
public final class WarmBench {

  private static final String OURS = "warmer warm";
  private static final String LOOP = "the original's loop";
  private static final String UNIT = "sessions";
  private static final String PIPE = "psql | redis-cli, ";
  private static final List<String> VARIANTS =
      List.of("copy", "copy-unsorted", "copy-two", "inline", "select");
  private static final int LARGE = 1_000_000;

  /** Below, the start of the program is nearly all of it. */
  private static final int SHORTEST = 10_000;

  private final Workbench bench;
  private final Rounds rounds;
  private final Consumer<String> progress;

  public WarmBench(Workbench bench, Rounds rounds, Consumer<String> progress) {
    this.bench = bench;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Measures at so many sessions. */
  public Result.Case of(int sessions) throws Exception {
    bench.fill(sessions);
    List<Contender> contenders = new ArrayList<>();
    WarmCommands commands = new WarmCommands(bench, sessions);
    contenders.add(Program.filling(bench, OURS, sessions, () -> bench.warm(sessions)));
    boolean small = sessions <= 10_000;
    if (small) {
      contenders.add(Program.filling(bench, LOOP, sessions, commands.java(OriginalLoop.class)));
    }
    List<String> missing =
        Stream.of("psql", "redis-cli").filter(program -> !Workbench.hasProgram(program)).toList();
    if (missing.isEmpty()) {
      for (String variant : VARIANTS) {
        Program.Command pipe = commands.script("psql-redis-cli.sh", variant);
        contenders.add(Program.filling(bench, PIPE + variant, sessions, pipe));
      }
    } else {
      progress.accept(
          "left out: psql | redis-cli, for there is no " + String.join(", no ", missing));
    }
    contenders.add(
        Program.limit(bench, "limit: COPY BINARY", sessions, commands.java(RawCopy.class)));
    contenders.add(Program.limit(bench, "limit: SET PX", sessions, commands.java(RawSet.class)));
    List<Series> series = rounds.of(contenders);
    @Nullable String against =
        small
            ? LOOP
            : series.stream()
                .filter(one -> one.contender().startsWith(PIPE))
                .min(Comparator.comparingDouble(one -> one.seconds().median()))
                .map(Series::contender)
                .orElse(null);
    double asked = sessions < SHORTEST ? 0 : small ? 0.25 : sessions >= LARGE ? 0.85 : 1.1;
    return new Result.Case("%,d %s".formatted(sessions, UNIT), UNIT, OURS, against, asked, series);
  }
}
