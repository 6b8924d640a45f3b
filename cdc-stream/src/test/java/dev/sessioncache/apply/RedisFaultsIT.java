package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.document;
import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.LoggedEvents;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.localstack.Fault;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.ScriptOutputType;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A Redis that refuses, hangs or forgets: nothing is acknowledged to Kafka that it has not taken.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class RedisFaultsIT {

  private Stack stack;
  private FaultProxy proxy;
  private AppliedLane lane;

  @BeforeEach
  void open(Stack stack, TestInfo test) throws Exception {
    this.stack = stack;
    URI redis = URI.create(stack.redisUrl());
    proxy = new FaultProxy(redis.getHost(), redis.getPort());
    lane =
        new AppliedLane(
            stack,
            "redis://" + proxy.host() + ":" + proxy.port(),
            "faults-" + Math.floorMod(test.getDisplayName().hashCode(), 10_000));
    lane.start();
    lane.send(put(lane.key("a"), 1), put(lane.key("b"), 1));
    lane.pulse(Duration.ZERO);
    lane.awaitCached(2);
    lane.awaitWhole();
  }

  @AfterEach
  void close() throws Exception {
    stack.redis().resume();
    lane.redis.configSet("maxmemory", "0");
    lane.redis.replicaofNoOne();
    lane.close();
    proxy.close();
  }

  @Test
  void shouldWriteAllOfItOnceAReadOnlyReplicaIsAPrimaryAgain() throws Exception {
    lane.redis.replicaof("127.0.0.1", 1);

    lane.send(removal(lane.key("a"), 2), put(lane.key("c"), 2));
    awaitRetries();
    assertThat(lane.committed().offset()).isEqualTo(3);
    assertThat(lane.cached("a")).isNotNull();

    lane.redis.replicaofNoOne();
    lane.awaitCommitted(5);
    assertThat(lane.cached("a")).isNull();
    assertThat(lane.cached("c")).isEqualTo(document(2));
    await("filled again, for it was a replica")
        .atMost(AppliedLane.SOON)
        .until(() -> lane.progress.refilledSessions() >= 2);
  }

  /** Once, however often it is tried, and never what Redis quotes. */
  @Test
  void shouldSayWhichRedisRefusesWhyAndWhenItTakesItAgain() throws Exception {
    try (LoggedEvents events = new LoggedEvents()) {
      lane.redis.replicaof("127.0.0.1", 1);
      lane.send(put(lane.key("c"), 2));
      awaitRetries();
      awaitRetries();
      assertThat(events.text())
          .contains(
              "event=redis_failed server=" + proxy.host() + ":" + proxy.port() + " attempt=1",
              "cause=\"refused: READONLY\"")
          .doesNotContain(lane.key("c"));
      assertThat(events.count("redis_failed")).isEqualTo(1);

      lane.redis.replicaofNoOne();

      await("told that it is back")
          .atMost(AppliedLane.SOON)
          .until(() -> events.count("redis_back") == 1);
    }
  }

  @Test
  void shouldTakeAwayAndGoOnWhenRedisIsFull() throws Exception {
    lane.redis.configSet("maxmemory", "1");

    lane.send(put(lane.key("c"), 2), put(lane.key("b"), 2), removal(lane.key("a"), 2));
    long pulse = System.currentTimeMillis();
    lane.send(new Entry.Pulse(pulse, null));

    lane.awaitCommitted(7);
    assertThat(lane.cached("a")).isNull();
    assertThat(lane.cached("b")).as("its former state is outdated").isNull();
    assertThat(lane.cached("c")).isNull();
    assertThat(lane.value(lane.lanes.prefix() + ":watermark:0")).contains("\"at_ms\":" + pulse);
  }

  @Test
  void shouldGoOnWhenRedisForgetsTheScript() throws Exception {
    for (int i = 2; i < 20; i++) {
      lane.redis.scriptFlush();
      lane.send(put(lane.key("a"), i));
    }

    await("newest").atMost(AppliedLane.SOON).until(() -> document(19).equals(lane.cached("a")));
  }

  @Test
  void shouldWaitWhileALongScriptRuns() throws Exception {
    lane.redis.configSet("lua-time-limit", "100");
    try (RedisConnections other = new RedisConnections(RedisUrl.parse(stack.redisUrl()), "busy")) {
      var unused =
          other.open().async().eval("while true do end", ScriptOutputType.STATUS, new byte[0][]);
      await("the script runs").atMost(AppliedLane.SOON).until(this::redisIsBusy);
      lane.send(put(lane.key("a"), 2));
      awaitRetries();
      assertThat(lane.committed().offset()).isEqualTo(3);
    } finally {
      lane.redis.scriptKill();
      await("script ended")
          .atMost(AppliedLane.SOON)
          .ignoreExceptions()
          .until(() -> lane.redis.configSet("lua-time-limit", "5000").equals("OK"));
    }

    lane.awaitCommitted(4);
    assertThat(lane.cached("a")).isEqualTo(document(2));
  }

  @Test
  void shouldOpenANewConnectionWhenTheOldOneIsHalfOpen() throws Exception {
    proxy.set(Fault.toClientHeld());
    lane.send(removal(lane.key("a"), 2));
    try (LoggedEvents events = new LoggedEvents()) {
      awaitRetries();
      assertThat(events.text()).containsPattern("cause=\"no answer in \\d+ ms\"");
    }
    assertThat(lane.committed().offset()).isEqualTo(3);

    assertThat(proxy.count(Fault.Kind.TO_CLIENT_HELD)).isPositive();
    proxy.set(Fault.none());

    lane.awaitCommitted(4);
    assertThat(lane.cached("a")).isNull();
  }

  /** Many attempts while it hangs; what they hold must neither pile up nor win at the end. */
  @Test
  void shouldEndUpWithTheNewestWhenRedisHasHung() throws Exception {
    stack.redis().pause();
    List<Entry> entries = new ArrayList<>();
    for (int i = 2; i < 2_000; i++) {
      entries.add(i % 2 == 0 ? put(lane.key("a"), i) : removal(lane.key("a"), i));
    }
    lane.send(entries, Duration.ZERO);
    long heap = usedHeap();
    awaitRetries();
    assertThat(usedHeap() - heap).as("growth of the heap").isLessThan(64L << 20);
    assertThat(lane.committed().offset()).isEqualTo(3);

    stack.redis().resume();

    lane.awaitCommitted(3 + entries.size());
    assertThat(lane.cached("a")).isNull();
  }

  @Test
  void shouldCloseWithinSecondsWhileRedisHangs() throws Exception {
    stack.redis().pause();
    lane.send(removal(lane.key("a"), 2));
    awaitRetries();

    long start = System.nanoTime();
    lane.stop();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(lane.committed().offset()).isEqualTo(3);
  }

  private boolean redisIsBusy() {
    try {
      lane.redis.ping();
      return false;
    } catch (RedisBusyException e) {
      return true;
    }
  }

  private void awaitRetries() {
    long before = lane.progress.retries();
    await("retries").atMost(AppliedLane.SOON).until(() -> lane.progress.retries() > before);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
