package dev.sessioncache.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Positions for tests: a set that touches every boundary of the rule, and random ones. */
final class Positions {

  private static final int[] TIMELINES = {1, 2, -1};
  private static final int[] BASELINES = {0, 1};
  private static final long[][] LSN_PAIRS = {{0, 0}, {16, 32}, {32, 16}, {Long.MIN_VALUE, 1}};

  /** Around zero, where ids wrap, and at half the circle, where order turns. */
  private static final String[] SNAPSHOTS = {
    "4294967294:4294967299:4294967295,4294967297",
    "4294967294:4294967299:",
    "4294967294:4294967298:4294967295",
    "4294967296:4294967296:",
    "4294967299:4294967299:",
    "2147483646:2147483650:2147483647,2147483649",
    "2147483648:2147483648:",
  };

  private static final long[][] TRANSACTION_PAIRS = {
    {4294967293L, 4294967293L},
    {4294967295L, 4294967294L},
    {4294967296L, 4294967297L},
    {4294967298L, 4294967294L},
    {4294967299L, 4294967293L},
    {2147483646L, 2147483648L},
    {2147483649L, 2147483650L},
  };

  private Positions() {}

  static List<Position> boundaries() {
    List<Position> all = new ArrayList<>();
    for (int timeline : TIMELINES) {
      for (String snapshot : SNAPSHOTS) {
        all.add(new SnapshotPosition(timeline, PgSnapshot.parse(snapshot)));
      }
      for (int baseline : BASELINES) {
        for (long[] lsn : LSN_PAIRS) {
          for (long[] transactions : TRANSACTION_PAIRS) {
            all.add(stream(timeline, baseline, lsn, transactions));
          }
        }
      }
    }
    return all;
  }

  private static StreamPosition stream(
      int timeline, int baseline, long[] lsn, long[] transactions) {
    return new StreamPosition(
        timeline,
        baseline,
        new RowVersion(lsn[0], TransactionId.of(transactions[0])),
        new RowVersion(lsn[1], TransactionId.of(transactions[1])));
  }

  /** A position close to the others of the same start, so that many pairs are near a boundary. */
  static Position random(RandomGenerator random, long firstTransaction) {
    int timeline = random.nextInt(20) == 0 ? 2 : 1;
    if (random.nextBoolean()) {
      long xmin = firstTransaction + random.nextInt(40);
      long xmax = xmin + random.nextInt(10);
      List<TransactionId> running =
          IntStream.range(0, (int) (xmax - xmin))
              .filter(i -> i == 0 || random.nextInt(3) == 0)
              .mapToObj(i -> TransactionId.of(xmin + i))
              .toList();
      PgSnapshot snapshot = new PgSnapshot(TransactionId.of(xmin), TransactionId.of(xmax), running);
      return new SnapshotPosition(timeline, snapshot);
    }
    return new StreamPosition(
        timeline,
        random.nextInt(20) == 0 ? 1 : 0,
        version(random, firstTransaction),
        version(random, firstTransaction));
  }

  private static RowVersion version(RandomGenerator random, long firstTransaction) {
    return new RowVersion(
        random.nextLong(1000), TransactionId.of(firstTransaction + random.nextInt(50)));
  }
}
