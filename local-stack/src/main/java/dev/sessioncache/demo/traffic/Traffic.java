package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Users at work: changes sessions and users in Postgres at a set rate, every change a transaction
 * of its own. Two or three threads, each with its own connection; closing it stops them, after
 * which {@link #counts()} no longer moves.
 */
public final class Traffic implements AutoCloseable {

  /** Changes per second unless told otherwise. */
  public static final int DEFAULT_RATE = 100;

  private static final int RATE_OF_TWO_THREADS = 500;

  /** One role change in so many is done to the user who has most sessions. */
  private static final int BUSIEST_USER_ONE_IN = 10;

  private final LiveSessions live;
  private final LatencyProbe probe;
  private final Map<ChangeKind, Long> counts = new ConcurrentHashMap<>();
  private final List<ChangeWriter> writers = new ArrayList<>();
  private final List<Loop> loops = new ArrayList<>();

  /**
   * Connects and starts.
   *
   * @param patience how long it may fail in a row
   * @param rate changes per second, at least 1
   * @param seed of what is done to whom
   */
  public Traffic(
      Database database,
      LiveSessions live,
      LatencyProbe probe,
      Duration patience,
      int rate,
      long seed)
      throws SQLException {
    this.live = live;
    this.probe = probe;
    int threads = rate > RATE_OF_TWO_THREADS ? 3 : 2;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < threads; i++) {
      writers.add(new ChangeWriter(database));
    }
    for (ChangeWriter writer : writers) {
      SplittableRandom own = random.split();
      Pacer pacer = new Pacer((double) rate / threads);
      loops.add(Loop.start("traffic", patience, () -> change(writer, pacer, own)));
    }
  }

  /** What has been committed so far. */
  public ChangeCounts counts() {
    Map<String, Long> byKind = new LinkedHashMap<>();
    for (ChangeKind kind : ChangeKind.values()) {
      byKind.put(kind.label(), counts.getOrDefault(kind, 0L));
    }
    return new ChangeCounts(byKind.values().stream().mapToLong(Long::longValue).sum(), byKind);
  }

  /** Ends the demo when a thread of the traffic has failed for too long. */
  public void check() {
    loops.forEach(Loop::check);
  }

  private void change(ChangeWriter writer, Pacer pacer, RandomGenerator random) throws Exception {
    pacer.await();
    ChangeKind kind = ChangeKind.draw(random);
    SessionRef session = pick(kind, random);
    if (session == null) {
      return;
    }
    boolean watched = probe.wants(kind, session, random);
    Change change = writer.apply(kind, session);
    if (change == null) {
      return;
    }
    switch (kind) {
      case LOGOUT, REVOCATION -> live.endSession(session);
      case BAN -> live.endUserOf(session);
      default -> {}
    }
    counts.merge(kind, 1L, Long::sum);
    if (watched) {
      probe.watch(change);
    }
  }

  private @Nullable SessionRef pick(ChangeKind kind, RandomGenerator random) {
    if (kind == ChangeKind.ROLE_CHANGE && random.nextInt(BUSIEST_USER_ONE_IN) == 0) {
      return live.pickOfBusiestUser(random);
    }
    SessionRef session = live.pick(random);
    // Banned once, the busiest user would be missing from all later runs on the same data.
    boolean spared = session != null && kind == ChangeKind.BAN && live.isOfBusiestUser(session);
    return spared ? null : session;
  }

  @Override
  public void close() throws SQLException {
    loops.forEach(Loop::close);
    for (ChangeWriter writer : writers) {
      writer.close();
    }
  }
}
