package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.apply.LeaseRenewal.Renewed;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class LeaseRenewalIT {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0, Duration.ofHours(1), "lease-renewal:");

  /** Times to live, ms. */
  private static final long BEFORE = 60_000;

  private static final long RENEWED = 600_000;

  private final RedisConnections connections;
  private final RedisConnection redis;
  private final LeaseRenewal renewal;

  LeaseRenewalIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl() + "/5"), "lease-renewal-it");
    redis = connections.open();
    renewal = new LeaseRenewal(redis, SETTINGS);
  }

  @BeforeEach
  void enterGeneration() {
    redis.sync().flushdb();
    redis.sync().set(SETTINGS.generationKey().getBytes(UTF_8), "g1".getBytes(UTF_8));
  }

  @AfterEach
  void close() {
    connections.close();
  }

  @Test
  void shouldRenewWhatIsThereAndTellWhatIsNot() throws Exception {
    List<Renewed> all =
        IntStream.range(0, 1_001).mapToObj(i -> new Renewed("v" + i, RENEWED + i)).toList();
    all.stream()
        .filter(one -> !one.key().endsWith("7"))
        .forEach(one -> redis.sync().psetex(one.key().getBytes(UTF_8), BEFORE, new byte[] {1}));
    all.forEach(one -> redis.sync().pexpire(one.key().getBytes(UTF_8), BEFORE));

    List<Renewed> gone = renew(all, "g1");

    assertThat(gone).hasSize(100).allMatch(one -> one.key().endsWith("7"));
    assertThat(redis.sync().pttl("v1000".getBytes(UTF_8))).isBetween(RENEWED / 2, RENEWED + 1_000);
    assertThat(redis.sync().exists("v997".getBytes(UTF_8))).isZero();
  }

  /** A sweep passes over the guards: a value that had none any more would be passed by. */
  @Test
  void shouldLetTheGuardLiveOnWithItsValue() throws Exception {
    byte[] guard = SETTINGS.guardKey("v").getBytes(UTF_8);
    redis.sync().psetex("v".getBytes(UTF_8), BEFORE, new byte[] {1});
    redis.sync().psetex(guard, BEFORE, new byte[] {2});

    assertThat(renew(List.of(new Renewed("v", RENEWED)), "g1")).isEmpty();

    assertThat(redis.sync().pttl(guard)).isGreaterThan(Duration.ofMinutes(59).toMillis());

    redis.sync().del("v".getBytes(UTF_8));
    redis.sync().pexpire(guard, BEFORE);
    assertThat(renew(List.of(new Renewed("v", RENEWED)), "g1")).hasSize(1);
    assertThat(redis.sync().pttl(guard)).as("without a value").isLessThanOrEqualTo(BEFORE);
  }

  @Test
  void shouldRenewNothingInAnotherGeneration() {
    redis.sync().psetex("v".getBytes(UTF_8), BEFORE, new byte[] {1});

    assertThatThrownBy(() -> renew(List.of(new Renewed("v", RENEWED)), "g2"))
        .hasCauseInstanceOf(GenerationLostException.class);
    assertThat(redis.sync().pttl("v".getBytes(UTF_8))).isLessThanOrEqualTo(BEFORE);
  }

  @Test
  void shouldLeaveGuardsAlone() throws Exception {
    byte[] guard = SETTINGS.guardKey("v").getBytes(UTF_8);
    redis.sync().psetex("v".getBytes(UTF_8), BEFORE, new byte[] {1});
    redis.sync().psetex(guard, BEFORE, new byte[] {2});

    List<Renewed> values = List.of(new Renewed("absent", 1), new Renewed("v", RENEWED));
    List<Renewed> gone = renewal.renew(values, "g1", false).toCompletableFuture().get();

    assertThat(gone).containsExactly(values.get(0));
    assertThat(redis.sync().pttl("v".getBytes(UTF_8))).isGreaterThan(BEFORE);
    assertThat(redis.sync().pttl(guard)).isLessThanOrEqualTo(BEFORE);
  }

  private List<Renewed> renew(List<Renewed> values, String generation) throws Exception {
    return renewal.renew(values, generation, true).toCompletableFuture().get(1, TimeUnit.MINUTES);
  }
}
