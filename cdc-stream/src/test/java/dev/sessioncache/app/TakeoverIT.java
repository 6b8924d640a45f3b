package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Fault;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A capture that stands by takes over within ten seconds, whichever way the active one dies, and
 * the one that was only thought dead can do no harm.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class TakeoverIT {

  private static final Logger log = LoggerFactory.getLogger(TakeoverIT.class);

  /** What is promised. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(10);

  /** What {@code -Psoak} does not allow for. */
  private static final Duration TAKEN_OVER_ON_A_BUSY_MACHINE = TAKEN_OVER.multipliedBy(2);

  private static final int ROUNDS = 5;

  private Pipeline pipeline;
  private CapturePair captures;
  private FaultProxy proxy;
  private int sessions;

  @BeforeEach
  void startTwo(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    String name = "takeover_" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
    pipeline = new Pipeline(stack, name, stateDir);
    DatabaseUrl url = DatabaseUrl.parse(pipeline.databaseUrl());
    proxy = new FaultProxy(url.host(), url.port());
    String server = url.host() + ":" + url.port();
    String throughProxy = pipeline.databaseUrl().replace(server, proxy.host() + ":" + proxy.port());
    captures = new CapturePair(pipeline, throughProxy, pipeline.databaseUrl());
    pipeline.user("ada", "admin");
    pipeline.start(Role.PROJECT, Role.APPLY);
    captures.start();
    pipeline.session("first", "ada");
    pipeline.awaitCached("first");
  }

  @AfterEach
  void stop() throws Exception {
    captures.close();
    proxy.close();
    pipeline.close();
  }

  @Test
  @Tag("soak")
  void shouldTakeOverWhenTheActiveCaptureIsKilled() throws Exception {
    try (SteadyChanges changes = new SteadyChanges(pipeline, "ada")) {
      ChildProcess active = captures.active();
      active.kill();

      assertThat(untilANewSessionIsCached()).isLessThan(TAKEN_OVER);

      captures.awaitActive(captures.otherThan(active));
      changes.check();
    }
    pipeline.awaitAsInPostgres();
  }

  /** Its host answers for it, so no connection ends: only its silence tells. */
  @Test
  void shouldTakeOverAndKeepOutTheFormerOneWhenTheActiveCaptureIsFrozen() throws Exception {
    try (SteadyChanges changes = new SteadyChanges(pipeline, "ada")) {
      ChildProcess active = captures.active();
      ChildProcess successor = captures.otherThan(active);
      active.pause();

      assertThat(untilANewSessionIsCached()).isLessThan(TAKEN_OVER_ON_A_BUSY_MACHINE);

      captures.awaitActive(successor);
      pipeline.execute(
          "update platform.user_sessions set revoked_at = now() where token = 'first'");
      pipeline.awaitGone("first");
      active.resume();
      captures.awaitStandby(active);
      pipeline.session("after", "ada");
      pipeline.awaitCached("after");
      assertThat(pipeline.cached("first")).isEmpty();
      captures.awaitActive(successor);
      assertThat(Files.readString(active.log()))
          .doesNotContain("event=baseline_begins reason=\"the");
      changes.check();
    }
    pipeline.awaitAsInPostgres();
  }

  @Test
  @Tag("soak")
  void shouldTellHowLongATakeoverTakes() throws Exception {
    measure("kill -9", ChildProcess::kill, ChildProcess::start);
    measure("SIGSTOP", ChildProcess::pause, ChildProcess::resume);
    measure("SIGTERM", ChildProcess::stop, ChildProcess::start);
  }

  /** Neither end hears of the other again. */
  @Test
  @Tag("soak")
  void shouldTakeOverWhenTheNetworkOfTheActiveCaptureIsGone() throws Exception {
    ChildProcess active = captures.active();
    proxy.set(Fault.blackhole());

    Duration took = untilANewSessionIsCached();

    log.info("takeover: network gone: {} ms", took.toMillis());
    assertThat(took).isLessThan(TAKEN_OVER);
    captures.awaitActive(captures.otherThan(active));
    proxy.set(Fault.none());
    captures.awaitStandby(active);
    pipeline.awaitAsInPostgres();
  }

  private interface Action {
    void on(ChildProcess capture);
  }

  private void measure(String name, Action death, Action back) {
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ChildProcess active = captures.active();
      captures.awaitStandby(captures.otherThan(active));
      death.on(active);
      millis.add(untilANewSessionIsCached().toMillis());
      captures.awaitActive(captures.otherThan(active));
      back.on(active);
    }
    millis.sort(null);
    log.info("takeover: {}: {} ms", name, millis);
    assertThat(millis).allMatch(each -> each < TAKEN_OVER.toMillis());
  }

  /** From now on; the session is committed at once. */
  private Duration untilANewSessionIsCached() {
    long begin = System.nanoTime();
    String token = "new-" + sessions++;
    pipeline.session(token, "ada");
    await("session cached")
        .atMost(Pipeline.SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> pipeline.cached(token).isPresent());
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
