package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The cache is full again by itself after Redis has lost something, without Postgres. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class RefillIT {

  private static final int SESSIONS = 3_000;

  private Stack stack;
  private AppliedLane lane;

  @BeforeEach
  void open(Stack stack, TestInfo test) throws Exception {
    this.stack = stack;
    lane =
        new AppliedLane(stack, "refill-" + Math.floorMod(test.getDisplayName().hashCode(), 10_000));
  }

  @AfterEach
  void close() throws Exception {
    stack.redis().start();
    lane.close();
  }

  @Test
  void shouldBeFullAgainWhenRedisWasFlushed() throws Exception {
    fill();

    lane.redis.flushall();

    lane.awaitCached(SESSIONS);
    lane.awaitWhole();
    assertThat(lane.cached("s-1")).isEqualTo(EntryRecords.document(SESSIONS + 1));
    assertThat(lane.cached("gone-1")).isNull();
    assertThat(lane.redis.pttl(lane.key("s-1").getBytes(UTF_8)))
        .isBetween(Duration.ofMinutes(4).toMillis(), Duration.ofMinutes(5).toMillis());
  }

  @Test
  void shouldBeFullAgainWhenRedisWasKilledAndCameBackEmpty() throws Exception {
    fill();

    stack.redis().kill();
    stack.redis().start();
    await("cached sessions")
        .atMost(AppliedLane.SOON)
        .ignoreExceptions()
        .until(lane::cached, now -> now == SESSIONS);
  }

  @Test
  void shouldBeFullAgainWhenRedisWasFlushedWhileNobodyApplied() throws Exception {
    fill();
    lane.stop();

    lane.redis.flushall();
    lane.start();
    lane.pulse(Duration.ZERO);

    lane.awaitCached(SESSIONS);
  }

  @Test
  void shouldReadNothingAgainWhenRedisHasLostNothingWhileNobodyApplied() throws Exception {
    fill();
    lane.stop();

    lane.start();
    lane.pulse(Duration.ZERO);
    lane.send(put(lane.key("last"), 9));

    await("last entry").atMost(AppliedLane.SOON).until(() -> lane.cached("last") != null);
    lane.awaitWhole();
    assertThat(lane.progress.refilledSessions()).isZero();
  }

  /** What is behind only takes away: the log may not hold the newest revocations yet. */
  @Test
  void shouldWaitUntilTheLaneIsWithinTheBound() throws Exception {
    lane.start();
    lane.send(sessions(), Duration.ZERO);
    lane.pulse(Duration.ofMinutes(1));
    lane.awaitCached(SESSIONS);
    lane.awaitCommitted(sessions().size()); // a batch that Redis has not taken is written again

    lane.redis.flushall();
    await("nothing comes back")
        .during(Duration.ofSeconds(2))
        .atMost(AppliedLane.SOON)
        .until(() -> lane.cached() == 0);

    lane.pulse(Duration.ZERO);
    lane.awaitCached(SESSIONS);
  }

  @Test
  void shouldPutBackWhatItTookAwayWhileItWasBehind() throws Exception {
    lane.send(sessions(), Duration.ofMinutes(2));
    lane.start();
    lane.awaitCommitted(SESSIONS);
    assertThat(lane.cached()).isZero();

    lane.pulse(Duration.ZERO);

    lane.awaitCached(SESSIONS);
    lane.awaitWhole();
  }

  /** As after a failover to a replica that had not got the removal and its guard. */
  @Test
  void shouldTakeAwayAgainWhatAFailoverHasBroughtBack() throws Exception {
    fill();
    byte[] key = lane.key("gone-1").getBytes(UTF_8);

    lane.redis.del((lane.lanes.prefix() + ":guard:{" + lane.key("gone-1") + "}").getBytes(UTF_8));
    lane.redis.set(key, EntryRecords.document(1).getBytes(UTF_8));
    lane.redis.del((lane.lanes.prefix() + ":generation").getBytes(UTF_8));

    await("revoked session").atMost(AppliedLane.SOON).until(() -> lane.cached("gone-1") == null);
  }

  @Test
  void shouldClaimNothingUntilWhatAFailoverHasBroughtBackIsGone() throws Exception {
    fill();
    byte[] value = lane.key("gone-1").getBytes(UTF_8);
    byte[] watermark = (lane.lanes.prefix() + ":watermark:0").getBytes(UTF_8);
    lane.redis.del((lane.lanes.prefix() + ":guard:{" + lane.key("gone-1") + "}").getBytes(UTF_8));
    lane.redis.set(value, EntryRecords.document(1).getBytes(UTF_8));
    lane.redis.del((lane.lanes.prefix() + ":generation").getBytes(UTF_8), watermark);

    await("a watermark")
        .atMost(AppliedLane.SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              lane.pulse(Duration.ZERO);
              List<KeyValue<byte[], byte[]>> seen = lane.redis.mget(value, watermark);
              assertThat(seen.get(0).hasValue() && seen.get(1).hasValue())
                  .as("a watermark beside a session that was taken away")
                  .isFalse();
              return seen.get(1).hasValue();
            });
  }

  /** An instance of project that was frozen and replaced writes behind its successor. */
  @Test
  void shouldNotPutBackWhatAReplacedInstanceHasWrittenLate() throws Exception {
    fill();
    lane.sendAborted(put(lane.key("gone-1"), 1));
    lane.pulse(Duration.ZERO);
    lane.awaitCommitted(sessions().size() + 3); // all of the above has been applied

    lane.redis.flushall();

    lane.awaitCached(SESSIONS);
    lane.awaitWhole();
    assertThat(lane.cached("gone-1")).isNull();
    assertThat(lane.cached()).isEqualTo(SESSIONS);
  }

  @Test
  void shouldNotPutBackWhatTheLiveStreamChangesMeanwhile() throws Exception {
    fill();

    lane.redis.flushall();
    List<Entry> changes = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i += 2) {
      changes.add(removal(lane.key("s-" + i), 3 * SESSIONS + i));
    }
    lane.send(changes, Duration.ZERO);

    lane.awaitCached(SESSIONS / 2);
    lane.awaitWhole();
    assertThat(lane.cached()).isEqualTo(SESSIONS / 2);
    assertThat(lane.cached("s-0")).isNull();
  }

  private void fill() throws Exception {
    lane.start();
    lane.send(sessions(), Duration.ZERO);
    lane.pulse(Duration.ZERO);
    lane.awaitCached(SESSIONS);
    lane.awaitWhole();
    lane.pulse(Duration.ZERO);
  }

  /** Each is put, some are removed, those that stay are put again. */
  private List<Entry> sessions() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      entries.add(put(lane.key("s-" + i), i));
    }
    for (int i = 0; i < 100; i++) {
      entries.add(put(lane.key("gone-" + i), i));
      entries.add(removal(lane.key("gone-" + i), SESSIONS + i));
    }
    for (int i = 0; i < SESSIONS; i++) {
      entries.add(put(lane.key("s-" + i), SESSIONS + i));
    }
    return entries;
  }
}
