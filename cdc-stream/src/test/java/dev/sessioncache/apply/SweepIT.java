package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.Position;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.guard.WriteCounts;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.LaneSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A baseline's first transaction is 100 here, its number 9. */
@ExtendWith(StackExtension.class)
class SweepIT {

  /** With characters that mean something in a pattern. */
  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "w[a]r*?:");

  private static final LaneSettings LANES =
      new LaneSettings(1, "sweep-it", (short) 1, Duration.ofSeconds(30));

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String FLOOR =
      StreamPosition.beforeBaseline(1, 9, TransactionId.of(100)).encode();
  private static final Position OLD_SNAPSHOT =
      new SnapshotPosition(1, PgSnapshot.parse("90:101:100"));
  private static final Position NEW_SNAPSHOT =
      new SnapshotPosition(1, PgSnapshot.parse("101:101:"));

  private final RedisConnections connections;
  private final RedisConnection look;
  private final RedisTarget.Link link;
  private Sweep sweep = new Sweep(SETTINGS, PATIENCE, System::nanoTime);
  private RedisIdentity redis = new RedisIdentity("none", "none");

  SweepIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl() + "/6"), "sweep-it");
    look = connections.open();
    RedisConnection connection = connections.open();
    link =
        new RedisTarget.Link(
            connection,
            new GuardedWriter(connection, SETTINGS),
            new LeaseRenewal(connection, SETTINGS),
            new Watermarks(connection, SETTINGS, LANES, TokenHash.NONE.fingerprint()));
  }

  @BeforeEach
  void enter() {
    look.sync().flushdb();
    String generation = new Generation(SETTINGS).current(look);
    link.writer().enter(generation);
    redis = new RedisIdentity(generation, "run");
  }

  @AfterEach
  void close() {
    look.sync().flushdb();
    connections.close();
  }

  @Test
  void shouldTakeAwayWhatTheBaselineDoesNotKnowAndNothingElse() throws Exception {
    put("of-an-older-snapshot", OLD_SNAPSHOT);
    put("of-a-newer-snapshot", NEW_SNAPSHOT);
    put("of-an-older-baseline", stream(8, 1_000));
    put("of-the-baseline", stream(9, 0));
    put("changed-since", stream(9, 1));

    sweep();

    assertThat(values())
        .containsExactlyInAnyOrder("of-a-newer-snapshot", "of-the-baseline", "changed-since");
  }

  @Test
  void shouldTakeNothingAwayWhileALaneHasYetToPublish() throws Exception {
    put("of-an-older-snapshot", OLD_SNAPSHOT);
    sweep.due(redis, FLOOR, false);
    sweep.step(link, answers());
    assertThat(sweep.isActive(redis)).isFalse();
    assertThat(sweep.covers(redis, FLOOR)).isFalse();
    assertThat(values()).containsExactly("of-an-older-snapshot");
    assertThat(put("late", OLD_SNAPSHOT).stored()).isEqualTo(1);

    sweep();

    assertThat(values()).isEmpty();
  }

  @Test
  void shouldRefuseALateWriteOfAnOlderSnapshotFromTheFirstStepOn() throws Exception {
    sweep.due(redis, FLOOR, true);
    sweep.step(link, answers());

    assertThat(put("late", OLD_SNAPSHOT).older()).isEqualTo(1);
    assertThat(put("new", NEW_SNAPSHOT).stored()).isEqualTo(1);
    assertThat(put("stream", stream(9, 0)).stored()).isEqualTo(1);
    assertThat(values()).containsExactlyInAnyOrder("new", "stream");
  }

  @Test
  void shouldLetTheLanesPutAgainWhatItHasTaken() throws Exception {
    put("published-late", OLD_SNAPSHOT);
    sweep();

    assertThat(put("published-late", stream(9, 0)).stored()).isEqualTo(1);
  }

  @Test
  void shouldPassOverAllValuesWhenThereAreMany() throws Exception {
    List<GuardedWrite> many = new ArrayList<>();
    IntStream.range(0, 5_000).forEach(i -> many.add(write("many-" + i, OLD_SNAPSHOT)));
    link.writer().write(many).toCompletableFuture().get();

    sweep();

    assertThat(values()).isEmpty();
  }

  @Test
  void shouldSweepOnceForABaselineAndARedis() throws Exception {
    sweep();
    assertThat(sweep.covers(redis, FLOOR)).isTrue();
    Sweep ofAnotherInstance = new Sweep(SETTINGS, PATIENCE, System::nanoTime);
    ofAnotherInstance.due(redis, FLOOR, false); // nobody is waited for when nothing is to be done

    ofAnotherInstance.step(link, answers());

    assertThat(ofAnotherInstance.covers(redis, FLOOR)).isTrue();
    assertThat(sweep.covers(new RedisIdentity("another", "run"), FLOOR)).isFalse();
    String next = StreamPosition.beforeBaseline(1, 10, TransactionId.of(200)).encode();
    assertThat(sweep.covers(redis, next)).isFalse();
    sweep.due(redis, next, true);
    assertThat(sweep.isActive(redis)).isTrue();
    assertThat(sweep.covers(redis, FLOOR)).isTrue();
  }

  /** As after a restart from an old file, or when somebody has written there. */
  @ParameterizedTest
  @ValueSource(strings = {"%s of-another-generation", "%s", "x", "", "s:7FFFFFFF:7FFFFFFF %2$s"})
  void shouldSweepAgainWhenWhatIsNotedIsNotOfThisGeneration(String noted) throws Exception {
    put("of-an-older-snapshot", OLD_SNAPSHOT);
    look.sync()
        .set(
            SETTINGS.sweptKey().getBytes(UTF_8),
            noted.formatted(FLOOR, redis.generation()).getBytes(UTF_8));

    sweep();

    assertThat(values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "s:00000001:0000000",
        "zzzzzzzzzzzzzzzzzzzz",
        "s:FFFFFFFF:FFFFFFFF:"
      })
  void shouldSweepAsForTheFirstTimeWhenItsKeysHoldGarbage(String garbage) throws Exception {
    look.sync().set(SETTINGS.sweptKey().getBytes(UTF_8), garbage.getBytes(UTF_8));
    look.sync().set(SETTINGS.floorKey().getBytes(UTF_8), garbage.getBytes(UTF_8));
    put("of-an-older-baseline", stream(8, 1_000));
    put("of-the-baseline", stream(9, 0));

    sweep();

    assertThat(values()).containsExactly("of-the-baseline");
    assertThat(sweep.covers(redis, FLOOR)).isTrue();
    assertThat(look.sync().get(SETTINGS.sweptKey().getBytes(UTF_8)))
        .asString()
        .isEqualTo(FLOOR + " " + redis.generation());
    assertThat(look.sync().get(SETTINGS.floorKey().getBytes(UTF_8))).asString().isEqualTo(FLOOR);
  }

  @Test
  void shouldSayWhetherItHasTakenSomethingAway() throws Exception {
    put("of-the-baseline", stream(9, 0));
    assertThat(sweep()).isFalse();

    look.sync().del(SETTINGS.sweptKey().getBytes(UTF_8), SETTINGS.floorKey().getBytes(UTF_8));
    put("of-an-older-snapshot", OLD_SNAPSHOT);
    sweep = new Sweep(SETTINGS, PATIENCE, System::nanoTime);

    assertThat(sweep()).isTrue();
  }

  private boolean sweep() throws Exception {
    sweep.due(redis, FLOOR, true);
    boolean tookSomething = false;
    for (int i = 0; i < 1_000 && sweep.isActive(redis); i++) {
      tookSomething |= sweep.step(link, answers());
    }
    assertThat(sweep.isActive(redis)).isFalse();
    return tookSomething;
  }

  private static Answers answers() {
    return new Answers(Duration.ofSeconds(10), Duration.ofSeconds(10), () -> false);
  }

  private WriteCounts put(String key, Position position) throws Exception {
    return link.writer().write(List.of(write(key, position))).toCompletableFuture().get();
  }

  private static GuardedWrite write(String key, Position position) {
    return GuardedWrite.put(key, position.encode(), "value".getBytes(UTF_8), Duration.ofMinutes(1));
  }

  private static Position stream(int baseline, long lsn) {
    RowVersion version = new RowVersion(lsn, TransactionId.of(100));
    return new StreamPosition(1, baseline, version, version);
  }

  /** Keys that are none of our own. */
  private List<String> values() {
    return look.sync().keys("*").stream()
        .map(key -> new String(key, UTF_8))
        .filter(key -> !key.startsWith(SETTINGS.keysPrefix()))
        .toList();
  }
}
