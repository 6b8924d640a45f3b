package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which kind of warm runs when, and what it leaves alone. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class WarmModesIT {

  private static final int SESSIONS = 500;

  private final WarmServers servers;

  @TempDir private Path directory = Path.of("");

  WarmModesIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_modes_it", 12);
    servers.tables.addLive("s", SESSIONS);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldWriteWhatIsMissingOrOlderWhenTheStreamIsLive() throws Exception {
    servers.warm();
    long transaction = servers.nextTransaction();
    streamIsAt(System.currentTimeMillis());
    servers.redis.del(WarmServers.key("s3"), WarmServers.key("s400"));
    servers.streamWrites(
        GuardedWrite.put(
            "session:s5",
            WarmServers.position(transaction, 1),
            "by the stream".getBytes(UTF_8),
            Duration.ofMinutes(5)));
    servers.tables.execute(
        "update platform.user_sessions set request_count = 77 where token = 's9'");

    WarmRun run = servers.warm("--json");

    assertThat(run.json("/mode")).isEqualTo("incremental");
    assertThat(run.json("/reason")).startsWith("the stream is live, 2 lanes");
    assertThat(run.json("/read")).isEqualTo("3");
    assertThat(run.json("/written")).isEqualTo("3");
    assertThat(run.json("/present")).isEqualTo(Integer.toString(SESSIONS - 3));
    assertThat(run.json("/target_reached")).isEqualTo("true");
    assertThat(servers.value("s9")).contains("\"request_count\":77");
    assertThat(servers.value("s5")).isEqualTo("by the stream");
    assertThat(servers.tokens()).hasSize(SESSIONS);
  }

  @Test
  void shouldWriteAgainWhatHasAUserWhoChanged() throws SQLException {
    servers.warm();
    streamIsAt(System.currentTimeMillis());
    servers.tables.execute("update platform.users set role = 'owner'");

    WarmRun run = servers.warm("--json");

    assertThat(run.json("/written")).isEqualTo(Integer.toString(SESSIONS));
    assertThat(servers.value("s1")).contains("\"role\":\"owner\"");
  }

  @Test
  void shouldWriteAgainWhatIsAboutToLapse() throws SQLException {
    servers.warm();
    streamIsAt(System.currentTimeMillis());
    servers.redis.pexpire(WarmServers.key("s7"), 100_000);

    assertThat(servers.warm("--json").json("/written")).isEqualTo("1");
    assertThat(servers.redis.pttl(WarmServers.key("s7"))).isGreaterThan(200_000);
  }

  @Test
  void shouldWriteAllWhenTheStreamIsBehind() throws SQLException {
    servers.warm();
    streamIsAt(System.currentTimeMillis() - 60_000);

    WarmRun run = servers.warm("--json");

    assertThat(run.json("/mode")).isEqualTo("full");
    assertThat(run.json("/reason")).matches("the stream is [6-9]\\d\\.\\d s behind");
    assertThat(run.json("/written")).isEqualTo(Integer.toString(SESSIONS));
  }

  @Test
  void shouldWriteAllWhenALaneHasNoWatermark() throws SQLException {
    streamIsAt(System.currentTimeMillis());
    servers.redis.del("warmer:watermark:1".getBytes(UTF_8));

    WarmRun run = servers.warm("--json");

    assertThat(run.json("/mode")).isEqualTo("full");
    assertThat(run.json("/reason")).isEqualTo("a lane of the stream has not caught up yet");
  }

  @Test
  void shouldDoAsItIsTold() throws SQLException {
    servers.warm();

    WarmRun incremental = servers.warm("--json", "--incremental");
    streamIsAt(System.currentTimeMillis());
    WarmRun full = servers.warm("--json", "--full");

    assertThat(incremental.json("/mode")).isEqualTo("incremental");
    assertThat(incremental.json("/present")).isEqualTo(Integer.toString(SESSIONS));
    assertThat(full.json("/mode")).isEqualTo("full");
    assertThat(full.json("/written")).isEqualTo(Integer.toString(SESSIONS));
    assertThat(servers.warm("--full", "--incremental").exit()).isEqualTo(2);
  }

  /** What the stream has put may be older than the snapshot while nobody vouches for it. */
  @Test
  void shouldWriteAgainWhatTheStreamHasWrittenWhenItIsNotLive() throws Exception {
    servers.warm();
    servers.streamWrites(
        GuardedWrite.put(
            "session:s5",
            WarmServers.position(servers.nextTransaction(), 1),
            "by the stream".getBytes(UTF_8),
            Duration.ofMinutes(5)));
    servers.tables.execute(
        "update platform.user_sessions set request_count = 77 where token = 's5'");
    servers.tables.execute("select txid_current()");

    assertThat(servers.warm("--json", "--incremental").json("/written")).isEqualTo("1");
    assertThat(servers.value("s5")).contains("\"request_count\":77");
  }

  @Test
  void shouldWriteAllWhenDocumentsAreMadeOtherwiseThanByTheLastWarm() throws SQLException {
    servers.warm();
    streamIsAt(System.currentTimeMillis());

    WarmRun run = servers.warm("--json", "--set", "document.session=id");

    assertThat(run.json("/mode")).isEqualTo("full");
    assertThat(run.json("/reason")).isEqualTo("keys or documents are not made as before");
    assertThat(servers.value("s1")).startsWith("{\"id\":\"").doesNotContain("request_count");
  }

  @Test
  void shouldGoOnWhereAWarmWasKilled() throws Exception {
    int finished = finishedByAKilledWarm();
    while (finished == SESSIONS) { // it was killed too late
      servers.redis.flushdb();
      finished = finishedByAKilledWarm();
    }
    servers.tables.execute(
        "update platform.user_sessions set request_count = 77 where token = 's9'");

    WarmRun run = servers.warm("--json");

    assertThat(run.json("/mode")).isEqualTo("resume");
    assertThat(run.json("/reason")).contains("was interrupted after");
    assertThat(run.exit()).isZero();
    int present = Integer.parseInt(run.json("/present"));
    assertThat(present).isBetween(finished - 11, finished + 11);
    assertThat(run.json("/written")).isEqualTo(Integer.toString(SESSIONS - present));
    assertThat(servers.tokens()).hasSize(SESSIONS);
    assertThat(servers.value("s9")).contains("\"request_count\":77");
  }

  private int finishedByAKilledWarm() {
    try (ChildProcess killed =
        servers.start(directory.resolve("warm.log"), "--batch-size=10", "--pause=50ms")) {
      Awaitility.await("some hundred are written")
          .atMost(WarmServers.TIMEOUT)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> servers.redis.dbsize() > 2 * 200);
      killed.kill();
    }
    return servers.tokens().size();
  }

  @Test
  void shouldGoOnWhereTheDeadlineEndedAWarm() throws SQLException {
    Duration pause = Duration.ofMillis(100);
    int written = writtenUntilTheDeadline(pause);
    while (written == 0) { // the time was up before the first batch
      servers.redis.flushdb();
      pause = pause.multipliedBy(2);
      written = writtenUntilTheDeadline(pause);
    }
    assertThat(written).isBetween(1, SESSIONS - 1);

    WarmRun run = servers.warm("--json", "--batch-size=10");

    assertThat(run.json("/mode")).isEqualTo("resume");
    assertThat(run.json("/present")).isEqualTo(Integer.toString(written));
    assertThat(servers.tokens()).hasSize(SESSIONS);
    assertThat(servers.warm("--json").json("/mode")).isEqualTo("full");
  }

  /** The pauses alone of all batches take longer than the deadline lets it. */
  private int writtenUntilTheDeadline(Duration pause) {
    Duration deadline = pause.multipliedBy(30);
    WarmRun cut =
        servers.warm("--json", "--batch-size=10", "--pause=" + pause, "--deadline=" + deadline);
    return Integer.parseInt(cut.json("/written"));
  }

  @Test
  void shouldLeaveTheWorkToAnotherWarm() throws Exception {
    CompletableFuture<WarmRun> first = servers.warmAtTheFirstRow();

    WarmRun second = servers.warm("--target", "0");

    assertThat(second.exit()).isEqualTo(3);
    assertThat(second.err())
        .isEqualTo("warmer: another warm of this Redis is at work: --wait waits for it\n");
    servers.releaseRows();
    assertThat(first.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS).exit()).isZero();
    assertThat(servers.warm().exit()).isZero();
  }

  @Test
  void shouldWaitForAnotherWarm() throws Exception {
    CompletableFuture<WarmRun> first = servers.warmAtTheFirstRow();

    CompletableFuture<WarmRun> second =
        CompletableFuture.supplyAsync(() -> servers.warm("--wait", "--json", "--incremental"));
    Awaitility.await("it does not give up")
        .during(Duration.ofSeconds(1))
        .atMost(WarmServers.TIMEOUT)
        .until(() -> !second.isDone());
    servers.releaseRows();

    assertThat(first.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS).exit()).isZero();
    WarmRun waited = second.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(waited.exit()).as(waited.err()).isZero();
    assertThat(waited.json("/present")).isEqualTo(Integer.toString(SESSIONS));
  }

  @Test
  void shouldGiveUpWaitingAtItsDeadline() throws Exception {
    CompletableFuture<WarmRun> first = servers.warmAtTheFirstRow();

    WarmRun second = servers.warm("--wait", "--deadline=1s");

    assertThat(second.exit()).as(second.err()).isEqualTo(3);
    assertThat(second.err()).startsWith("warmer: another warm of this Redis is at work");
    servers.releaseRows();
    first.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void shouldKeepToTheBatchSizeWhenItIsIncremental() throws SQLException {
    streamIsAt(System.currentTimeMillis());

    WarmRun run = servers.warm("--json", "--batch-size=10", "--pause=20ms");

    assertThat(run.json("/mode")).isEqualTo("incremental");
    assertThat(run.json("/written")).isEqualTo(Integer.toString(SESSIONS));
    assertThat(Double.parseDouble(run.json("/seconds"))).isGreaterThan(SESSIONS / 10 * 0.02);
  }

  @Test
  void shouldWriteNothingInADryRun() throws SQLException {
    WarmRun run = servers.warm("--json", "--dry-run");

    assertThat(run.json("/dry_run")).isEqualTo("true");
    assertThat(run.json("/written")).isEqualTo(Integer.toString(SESSIONS));
    assertThat(servers.redis.dbsize()).as("the generation").isOne();
  }

  private void streamIsAt(long millis) {
    for (int lane = 0; lane < 2; lane++) {
      String watermark = "{\"at\":\"\",\"at_ms\":%d,\"lanes\":2,\"bound_ms\":30000}";
      servers.redis.set(
          ("warmer:watermark:" + lane).getBytes(UTF_8),
          watermark.formatted(millis).getBytes(UTF_8));
    }
  }
}
