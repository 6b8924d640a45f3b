package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.lease.OnLoss;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What stays in Redis without any change, and for how long; leases are short here. Each test mostly
 * waits, and has a lane of its own: they wait at the same time, but not beside another class.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class RenewalIT {

  private static final int SESSIONS = 600;
  private static final Duration LEASE = Duration.ofSeconds(4);

  /**
   * Survives a machine that stands still for two seconds: then no other value has to be put back.
   */
  private static final Duration SOLID_LEASE = Duration.ofSeconds(16);

  private static final Duration BOUND = Duration.ofSeconds(3);
  private static final Duration A_WHILE = LEASE.multipliedBy(2).plusSeconds(1);

  private final ScheduledExecutorService pulses = Executors.newSingleThreadScheduledExecutor();
  private Stack stack;
  private String name;

  @SuppressWarnings("NullAway.Init") // each test fills it in its own way
  private AppliedLane lane;

  @BeforeEach
  void prepare(Stack stack, TestInfo test) {
    this.stack = stack;
    this.name = "renewal-" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
  }

  @AfterEach
  void close() throws Exception {
    pulses.shutdownNow();
    assertThat(pulses.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    lane.close();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldKeepWhatIsNotUsedWhileThePulsesCome() throws Exception {
    fill(AppliedLane.KEEP_ALL);

    await("nothing lapses")
        .during(A_WHILE)
        .atMost(AppliedLane.SOON)
        .until(lane::cached, cached -> cached == SESSIONS);
    assertThat(lane.redis.pttl(lane.key("s-1").getBytes(UTF_8))).isLessThanOrEqualTo(4_000);
    assertThat(lane.progress.refilledSessions()).as("refilled since the start").isZero();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldLetAllLapseWithinALeaseOfTheLastPulse() throws Exception {
    fill(AppliedLane.KEEP_ALL);
    await("a renewal").atMost(AppliedLane.SOON).until(() -> lane.progress.kept() == SESSIONS);

    stopPulses();
    long lastPulse = System.nanoTime();

    await("all lapse")
        .atMost(AppliedLane.SOON)
        .until(
            () -> {
              Duration atLeast = Duration.ofNanos(System.nanoTime() - lastPulse);
              boolean lapsed = lane.cached() == 0;
              assertThat(lapsed || atLeast.compareTo(LEASE.plusMillis(700)) < 0)
                  .as("lapsed, or in their lease after %s", atLeast)
                  .isTrue();
              return lapsed;
            });
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("soak")
  void shouldKeepAllWithoutPulsesWhenToldSo() throws Exception {
    fill(AppliedLane.keep(SESSIONS, OnLoss.KEEP));

    stopPulses();

    await("nothing lapses")
        .during(A_WHILE)
        .atMost(AppliedLane.SOON)
        .until(lane::cached, cached -> cached == SESSIONS);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldPutBackWhatIsGone() throws Exception {
    fill(AppliedLane.KEEP_ALL, SOLID_LEASE);

    lane.redis.del(lane.key("s-1").getBytes(UTF_8), lane.key("s-2").getBytes(UTF_8));

    lane.awaitCached(SESSIONS);
    assertThat(lane.cached("s-1")).isEqualTo(EntryRecords.document(1));
    assertThat(lane.progress.putBack()).isEqualTo(2);
    assertThat(lane.progress.refilledSessions()).isZero();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldNotPutBackWhatHasBeenTakenAway() throws Exception {
    fill(AppliedLane.KEEP_ALL);

    lane.send(removal(lane.key("s-1"), 2 * SESSIONS));

    lane.awaitCached(SESSIONS - 1);
    await("it stays away")
        .during(A_WHILE)
        .atMost(AppliedLane.SOON)
        .until(() -> lane.cached("s-1") == null && lane.cached() == SESSIONS - 1);
    assertThat(lane.ranked()).doesNotContain("s-1");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldKeepTheTopOfTheBudgetAndLetTheRestLapse() throws Exception {
    int budget = SESSIONS / 3;
    fill(AppliedLane.keep(budget, OnLoss.LAPSE));

    await("the rest lapses").atMost(AppliedLane.SOON).until(lane::cached, now -> now == budget);
    await("the top stays")
        .during(A_WHILE)
        .atMost(AppliedLane.SOON)
        .until(lane::cached, cached -> cached == budget);
    assertThat(lane.cached("s-" + (SESSIONS - 1))).as("of the highest priority").isNotNull();
    assertThat(lane.cached("s-0")).as("of the lowest priority").isNull();
    assertThat(lane.ranked()).hasSizeLessThanOrEqualTo(budget * 5 / 4);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("soak")
  void shouldKeepTheNextOnesWhenTheTopEnds() throws Exception {
    int budget = SESSIONS / 2;
    fill(AppliedLane.keep(budget, OnLoss.LAPSE));
    await("the rest lapses").atMost(AppliedLane.SOON).until(lane::cached, now -> now == budget);

    List<Entry> ended = new ArrayList<>();
    for (int i = SESSIONS - 20; i < SESSIONS; i++) {
      ended.add(removal(lane.key("s-" + i), SESSIONS + i));
    }
    lane.send(ended, Duration.ZERO);

    await("others in their place")
        .atMost(AppliedLane.SOON)
        .until(() -> lane.cached("s-" + (budget - 20)) != null && lane.cached() == budget);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldRenewNothingBeyondTheEndOfASession() throws Exception {
    fill(AppliedLane.KEEP_ALL);
    Entry.Put endless = (Entry.Put) put(lane.key("ends"), 3 * SESSIONS);
    long end = System.currentTimeMillis() + A_WHILE.toMillis() / 2;
    lane.send(new Entry.Put(endless.key(), endless.position(), endless.document(), end, 1e6, 1));
    lane.awaitCached(SESSIONS + 1);

    await("it ends")
        .atMost(AppliedLane.SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              long atLeast = System.currentTimeMillis();
              boolean there = lane.cached("ends") != null;
              assertThat(there && atLeast > end + 1_000).isFalse();
              return !there;
            });
    assertThat(System.currentTimeMillis()).isGreaterThan(end - 2_000);
    await("it leaves the index")
        .atMost(AppliedLane.SOON)
        .until(() -> !lane.ranked().contains("ends"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldGoOnWhenTheIndexGrowsBetweenTwoPasses() throws Exception {
    fill(AppliedLane.keep(SESSIONS, OnLoss.LAPSE));
    await("a renewal").atMost(AppliedLane.SOON).until(() -> lane.progress.kept() == SESSIONS);

    List<Entry> more = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      more.add(put(lane.key("more-" + i), 5 * SESSIONS + i));
    }
    lane.send(more, Duration.ZERO);

    await("the budget is kept")
        .atMost(AppliedLane.SOON)
        .until(lane::cached, cached -> cached == SESSIONS);
    assertThat(lane.ranked()).hasSizeLessThanOrEqualTo(SESSIONS * 5 / 4);
    lane.send(put(lane.key("last"), 9 * SESSIONS));
    await("apply goes on").atMost(AppliedLane.SOON).until(() -> lane.cached("last") != null);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldRestWhenAllSessionsHaveEnded() throws Exception {
    fill(AppliedLane.KEEP_ALL);
    long end = System.currentTimeMillis() + 1_000;
    List<Entry> ended = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Entry.Put put = (Entry.Put) put(lane.key("s-" + i), SESSIONS + i);
      ended.add(new Entry.Put(put.key(), put.position(), put.document(), end, 1000.0 * i, 1));
    }
    lane.send(ended, Duration.ZERO);
    lane.awaitCached(0);
    await("the index is empty").atMost(AppliedLane.SOON).until(() -> lane.ranked().isEmpty());

    await("no refill")
        .during(LEASE)
        .atMost(AppliedLane.SOON)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> lane.progress.lanesRefilling() == 0);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("soak")
  void shouldGoOnKeepingTheRestWhenManyAreGoneAndTheLaneIsBehind() throws Exception {
    fill(AppliedLane.keep(5_000, OnLoss.KEEP));
    List<Entry> more = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      more.add(put(lane.key("more-" + i), 5 * SESSIONS + i));
    }
    lane.send(more, Duration.ZERO);
    lane.awaitCached(SESSIONS + 2_000L);
    stopPulses();
    await("the lane is behind").pollDelay(BOUND.plusSeconds(1)).until(() -> true);

    lane.redis.del(
        more.stream()
            .map(entry -> ((Entry.Put) entry).key().getBytes(UTF_8))
            .toArray(byte[][]::new));

    await("the rest stays")
        .during(A_WHILE)
        .atMost(AppliedLane.SOON)
        .until(lane::cached, cached -> cached == SESSIONS);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldBeFullAgainWhenTheIndexIsLost() throws Exception {
    fill(AppliedLane.KEEP_ALL);

    lane.dropIndex();

    await("index").atMost(AppliedLane.SOON).until(() -> lane.ranked().size() == SESSIONS);
    lane.awaitCached(SESSIONS);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void shouldGoOnRenewingAfterARestartWithoutWritingAnything() throws Exception {
    fill(AppliedLane.KEEP_ALL, SOLID_LEASE);
    lane.stop();

    lane.start();

    await("nothing lapses")
        .during(SOLID_LEASE.multipliedBy(2).plusSeconds(1))
        .atMost(AppliedLane.SOON)
        .until(lane::cached, cached -> cached == SESSIONS);
    assertThat(lane.progress.refilledSessions()).isZero();
    assertThat(lane.progress.putBack()).isZero();
  }

  /** The first one has the lowest priority. */
  private void fill(LeaseSettings keep) throws Exception {
    fill(keep, LEASE);
  }

  private void fill(LeaseSettings keep, Duration lease) throws Exception {
    lane = new AppliedLane(stack, stack.redisUrl(), name, lease, BOUND, keep);
    lane.start();
    lane.pulse(Duration.ZERO);
    lane.awaitWhole();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Entry.Put made = (Entry.Put) put(lane.key("s-" + i), i);
      entries.add(
          new Entry.Put(
              made.key(), made.position(), made.document(), made.liveUntilMillis(), 1000.0 * i, 1));
    }
    lane.send(entries, Duration.ZERO);
    pulses.scheduleAtFixedRate(this::pulse, 0, 200, TimeUnit.MILLISECONDS);
    lane.awaitCached(SESSIONS);
  }

  private void pulse() {
    try {
      lane.pulse(Duration.ZERO);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void stopPulses() throws InterruptedException {
    pulses.shutdown();
    assertThat(pulses.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }
}
