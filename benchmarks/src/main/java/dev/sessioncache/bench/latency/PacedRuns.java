package dev.sessioncache.bench.latency;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.CpuTimes;
import dev.sessioncache.bench.measure.Latency;
import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import dev.sessioncache.bench.stream.Backlog;
import dev.sessioncache.bench.stream.CachingFollower;
import dev.sessioncache.bench.stream.Marked;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The runs of one follower. Used by one thread. */
final class PacedRuns {

  private static final int SAMPLE_EVERY = 4;

  private final Workbench bench;
  private final Backlog backlog;
  private final CachingFollower follower;
  private final Commits commits;
  private final List<String> uncounted;
  private final List<String> counted;
  private final List<Run> runs = new ArrayList<>();

  /**
   * @param backlog whose marked sessions tell when the follower has caught up; they are not changed
   *     otherwise
   * @param uncounted changes at the beginning of each run
   */
  PacedRuns(
      Workbench bench, Backlog backlog, CachingFollower follower, Commits commits, int uncounted)
      throws SQLException {
    this.bench = bench;
    this.backlog = backlog;
    this.follower = follower;
    this.commits = commits;
    List<String> tokens = unmarked();
    this.uncounted = tokens.subList(0, uncounted);
    this.counted = tokens.subList(uncounted, tokens.size());
  }

  private List<String> unmarked() throws SQLException {
    List<String> tokens = new ArrayList<>();
    try (Connection connection = bench.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select token from platform.user_sessions order by id")) {
      while (rows.next()) {
        tokens.add(rows.getString(1));
      }
    }
    tokens.removeAll(Set.copyOf(backlog.tokens()));
    return tokens;
  }

  /** Lets the follower read all rows, which it does when it starts for the first time. */
  void begin() throws Exception {
    follower.start();
    follower.awaitReady();
    marked().awaitAll(0);
    follower.stop();
  }

  /**
   * Runs once.
   *
   * @param number of the run, of whichever follower; each has another
   * @return one line that tells it
   */
  String run(int number, String which) throws Exception {
    bench.redis().sync().flushall(); // what another one has put would lapse meanwhile
    follower.start();
    follower.awaitReady();
    marked().awaitAll(backlog.write(number, 0).last());
    Latency latency;
    try (Sightings sightings = new Sightings(bench)) {
      latency = paced(sightings);
    }
    follower.stop();
    return latency.line(which, follower.name());
  }

  private Marked marked() {
    return new Marked(bench, backlog.tokens(), follower);
  }

  private Latency paced(Sightings sightings) throws Exception {
    long first = commits.next() + uncounted.size();
    Map<String, Long> sample = new HashMap<>();
    for (int i = 0; i < counted.size(); i += SAMPLE_EVERY) {
      sample.put(follower.key(counted.get(i)), first + i);
    }
    sightings.expect(sample);
    commits.run(uncounted);
    CpuTimes before = CpuTimes.now();
    long startNanos = System.nanoTime();
    long[] returned = commits.run(counted);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    CpuTimes taken = CpuTimes.now().since(before);
    long[] late = new long[sample.size()];
    for (int i = 0; i < late.length; i++) {
      int change = i * SAMPLE_EVERY;
      long seen = sightings.nanosOf(follower.key(counted.get(change)));
      late[i] = Math.max(0, seen - returned[change]);
    }
    Latency latency = Latency.ofNanos(late);
    runs.add(
        new Run(
            counted.size(),
            seconds,
            taken.seconds(),
            Run.megabytes(follower.peakKilobytes()),
            latency.micros(),
            List.of(),
            Map.of()));
    return latency;
  }

  /** Of all runs. */
  Series series() {
    return new Series(follower.name(), runs);
  }
}
