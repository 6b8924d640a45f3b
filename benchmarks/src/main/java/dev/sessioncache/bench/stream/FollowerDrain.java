package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.CpuTimes;
import dev.sessioncache.bench.measure.Run;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A follower that finds the backlog in its slot when it starts. The clock runs from the moment in
 * which Postgres has sent the first change that counts until the last is in Redis.
 */
final class FollowerDrain implements Drain {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long LOOK_EVERY_MILLIS = 20;

  private final Workbench bench;
  private final Follower follower;
  private final Backlog backlog;
  private final Marked marked;

  FollowerDrain(Workbench bench, Backlog backlog, Follower follower) {
    this.bench = bench;
    this.follower = follower;
    this.backlog = backlog;
    this.marked = new Marked(bench, backlog.tokens(), follower);
  }

  @Override
  public String name() {
    return follower.name();
  }

  @Override
  public void begin() throws Exception {
    follower.start();
    follower.awaitReady();
    marked.awaitAll(backlog.write(0, 0).last());
    follower.stop();
  }

  @Override
  public Run run(Backlog.Marks marks) throws Exception {
    follower.start();
    awaitSent(marks.begin());
    CpuTimes before = CpuTimes.now();
    long startNanos = System.nanoTime();
    marked.awaitAll(marks.last());
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    CpuTimes taken = CpuTimes.now().since(before);
    long kilobytes = follower.peakKilobytes();
    follower.stop();
    return new Run(marks.changes(), seconds, taken.seconds(), Run.megabytes(kilobytes));
  }

  private void awaitSent(String position) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Connection connection = bench.connect();
        PreparedStatement sent =
            connection.prepareStatement(
                "select from pg_stat_replication where sent_lsn >= ?::pg_lsn")) {
      sent.setString(1, position);
      while (!isAny(sent)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(name() + " does not read the backlog");
        }
        Thread.sleep(LOOK_EVERY_MILLIS);
      }
    }
  }

  private static boolean isAny(PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      return rows.next();
    }
  }
}
