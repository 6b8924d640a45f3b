package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.position;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How long Redis is without the sessions after it was emptied: {@code mvn verify -pl
 * common,local-stack,reader,warmer-bootstrap,connect-transform,cdc-stream -Dtags=benchmark
 * -Dtags.excluded= -Dtest=X -Dit.test=RefillBenchmarkIT -Dsurefire.failIfNoSpecifiedTests=false
 * -Dfailsafe.failIfNoSpecifiedTests=false}. Every session was written twice, so half of the log is
 * outdated.
 */
@ExtendWith(StackExtension.class)
@Tag("benchmark")
class RefillBenchmarkIT {

  private static final int SESSIONS = 76_000;
  private static final int ROUNDS = 5;

  @Test
  @Timeout(300)
  void measure(Stack stack) throws Exception {
    try (AppliedLane lane = new AppliedLane(stack, "refill-benchmark")) {
      lane.start();
      lane.send(sessions(lane), Duration.ZERO);
      lane.pulse(Duration.ZERO);
      lane.awaitCached(SESSIONS);
      lane.awaitWhole();
      for (int round = 1; round <= ROUNDS; round++) {
        lane.pulse(Duration.ZERO);
        lane.redis.flushall();
        long start = System.nanoTime();
        while (lane.redis.dbsize() < 2 * SESSIONS) { // a guard each
          Thread.onSpinWait();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(
            "round %d: %d sessions after %d ms, %d/s%n",
            round, SESSIONS, took.toMillis(), SESSIONS * 1000L / took.toMillis());
        lane.awaitWhole();
      }
    }
  }

  private static List<Entry> sessions(AppliedLane lane) {
    byte[] document = ("{\"text\":\"" + "x".repeat(680) + "\"}").getBytes(UTF_8);
    long liveUntil = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 2 * SESSIONS; i++) {
      entries.add(
          new Entry.Put(lane.key("s-" + i % SESSIONS), position(i), document, liveUntil, i, 1));
    }
    return entries;
  }
}
