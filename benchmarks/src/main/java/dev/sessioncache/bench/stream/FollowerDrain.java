package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.CpuTimes;
import dev.sessioncache.bench.measure.Run;

/**
 * A follower that finds the backlog in its slot when it starts. The clock runs from the moment in
 * which the first change is in Redis until the last is.
 */
final class FollowerDrain implements Drain {

  private static final double KILOBYTES = 1024;

  private final Follower follower;
  private final Backlog backlog;
  private final Marked marked;

  FollowerDrain(Workbench bench, Backlog backlog, Follower follower) {
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
    marked.awaitAny(marks.first());
    CpuTimes before = CpuTimes.now();
    long startNanos = System.nanoTime();
    marked.awaitAll(marks.last());
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    CpuTimes taken = CpuTimes.now().since(before);
    long kilobytes = follower.peakKilobytes();
    follower.stop();
    return new Run(marks.changes(), seconds, taken.seconds(), kilobytes / KILOBYTES);
  }
}
