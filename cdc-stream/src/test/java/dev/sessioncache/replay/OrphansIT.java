package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessioncache.apply.EntryRecords;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.ValueKeys;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values that the log does not know, and a live stream that writes at the worst moment. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class OrphansIT {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0, Duration.ofHours(1), "orphans:");
  private static final KeyTemplate TEMPLATE = KeyTemplate.parse("orphans:[s]:{token}");

  private final RedisConnections connections;
  private final RedisConnection connection;
  private final RedisClusterCommands<byte[], byte[]> redis;
  private final Set<String> tail = new TreeSet<>();
  private String generation = "";
  private Runnable whenTheTailIsRead = () -> {};

  OrphansIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl()), "orphans-it");
    connection = connections.open();
    redis = connection.sync();
  }

  @BeforeEach
  void enter() {
    redis.flushall();
    generation = new Generation(SETTINGS).current(connection);
  }

  @AfterEach
  void close() {
    connections.close();
  }

  @Test
  void shouldRemoveWhatNobodyKnowsAndNothingElse() {
    write("known", 1);
    write("orphan", 2);
    redis.set(bytes(key("unguarded")), bytes("{}"));
    redis.set(bytes("orphans:[s]:no key of ours"), bytes("{}"));
    redis.set(bytes("orphans:s:other"), bytes("{}"));

    long removed = orphans().removeAllBut(key("known")::equals);

    assertThat(removed).isEqualTo(2);
    assertThat(values())
        .containsExactly(key("known"), "orphans:[s]:no key of ours", "orphans:s:other");
  }

  @Test
  void shouldLeaveWhatTheLogHasBroughtSince() {
    write("new", 1);
    tail.add(key("new"));

    assertThat(orphans().removeAllBut(key -> false)).isZero();
    assertThat(values()).containsExactly(key("new"));
  }

  @Test
  void shouldLeaveWhatTheStreamPutsBetweenTheLookAndTheRemoval() {
    write("back", 1);
    redis.set(bytes(key("again")), bytes("{}"));
    whenTheTailIsRead =
        () -> {
          write("back", 2);
          write("again", 3);
        };

    assertThat(orphans().removeAllBut(key -> false)).isZero();
    assertThat(values()).containsExactly(key("again"), key("back"));
  }

  @Test
  void shouldEndWhenRedisWasEmptiedMeanwhile() {
    write("orphan", 1);
    whenTheTailIsRead =
        () -> {
          redis.flushall();
          generation = new Generation(SETTINGS).current(connection);
          write("orphan", 1);
        };

    assertThatExceptionOfType(OperationException.class)
        .isThrownBy(() -> orphans().removeAllBut(key -> false))
        .withMessageContaining("emptied");
    assertThat(values()).containsExactly(key("orphan"));
  }

  private Orphans orphans() {
    return new Orphans(
        connection,
        SETTINGS,
        new ValueKeys(TEMPLATE, SETTINGS),
        generation,
        new Orphans.Tail() {
          @Override
          public void catchUp() {
            whenTheTailIsRead.run();
          }

          @Override
          public boolean contains(String key) {
            return tail.contains(key);
          }
        },
        new Stop(StopSignal.onRequestOnly()));
  }

  private void write(String token, int number) {
    try (RedisConnection own = connections.open()) {
      GuardedWriter writer = new GuardedWriter(own, SETTINGS);
      writer.enter(generation);
      GuardedWrite put =
          GuardedWrite.put(
              key(token), EntryRecords.position(number), bytes("{}"), Duration.ofMinutes(5));
      assertThat(
              writer.write(List.of(put)).toCompletableFuture().get(10, TimeUnit.SECONDS).stored())
          .isEqualTo(1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Set<String> values() {
    Set<String> values = new TreeSet<>();
    for (byte[] key : redis.keys("orphans:*s*:*")) {
      String text = new String(key, UTF_8);
      if (!text.contains("{")) {
        values.add(text);
      }
    }
    return values;
  }

  private static String key(String token) {
    return "orphans:[s]:" + token;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
