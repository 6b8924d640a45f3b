package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The {@link Generation} of a Redis Cluster: one text, of which each slot has a copy beside its
 * values, so that a slot that was lost lacks it.
 *
 * <p>Whoever makes a generation puts it in all slots, and only then may anybody enter it; nobody
 * else ever puts it anywhere. So a slot that lacks a generation that is in use never gets it again,
 * and is told from one that has yet to get it. A generation that is not in all slots any more is
 * replaced by a higher one, and a slot never goes back to a lower one.
 *
 * <p>Thread-safe: one caller after the other.
 */
final class ClusterGeneration {

  /** After which a maker is overtaken; it needs a tenth of a second, a few on a busy machine. */
  private static final Duration MAKER_LIMIT = Duration.ofSeconds(15);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Few enough for one time limit. */
  private static final int SLOTS_AT_A_TIME = 1_024;

  private static final Duration ASK_AGAIN_EVERY = Duration.ofMillis(50);

  private final byte[] decide = GuardScript.clusterGeneration();
  private final byte[] copy = GuardScript.clusterGenerationCopy();
  private final byte[] whole = GuardScript.clusterGenerationWhole();
  private final Placement placement;
  private final byte[] key;
  private final Supplier<byte[]> random;

  /** The one that we have begun to make, and have failed to; empty for none. */
  private String unfinished = "";

  /** What the key that decides says, and what is to be done about it. */
  private record Decision(String text, String todo) {

    static Decision of(List<Object> answer) {
      return new Decision(text(answer.get(0)), text(answer.get(1)));
    }

    private static String text(Object bytes) {
      return new String((byte[]) bytes, UTF_8);
    }
  }

  /**
   * @param random makes the part of a generation that no other has
   */
  ClusterGeneration(GuardSettings settings, Supplier<byte[]> random) {
    this.placement = Placement.inCluster(settings);
    this.key = settings.generationKey().getBytes(UTF_8);
    this.random = random;
  }

  /** Looks at all slots. */
  synchronized String current(RedisConnection connection) {
    return current(connection, allSlots());
  }

  /** Looks at one slot of each master: a master loses all of its slots or none. */
  synchronized String glance(RedisConnection connection) {
    return current(connection, connection.oneSlotEach());
  }

  private List<Integer> allSlots() {
    return IntStream.range(0, placement.slots()).boxed().toList();
  }

  private String current(RedisConnection connection, List<Integer> slots) {
    String text = settle(connection, "");
    List<String> found = ofEach(slots, connection, key -> connection.async().get(key));
    boolean everywhere = found.stream().allMatch(one -> one.equals(text));
    return everywhere ? text : settle(connection, text);
  }

  synchronized String renew(RedisConnection connection) {
    return settle(connection, settle(connection, ""));
  }

  /** Returns the generation that stands in all slots, but not the one that is to be replaced. */
  private String settle(RedisConnection connection, String replaced) {
    long beginNanos = System.nanoTime();
    String lost = replaced.isEmpty() ? unfinished : replaced;
    String floor = "";
    while (System.nanoTime() - beginNanos < LIMIT.toNanos()) {
      Decision now = decide(connection, lost, floor);
      switch (now.todo()) {
        case "enter" -> {
          return now.text();
        }
        case "wait" -> pause();
        default -> {
          unfinished = now.text();
          Optional<String> higher = spread(connection, now.text());
          if (higher.isPresent()) {
            lost = now.text();
            floor = higher.get();
          } else if (isWhole(connection, now.text())) {
            unfinished = "";
            return now.text();
          }
        }
      }
    }
    throw new RedisCommandTimeoutException("the cluster has got no generation");
  }

  private Decision decide(RedisConnection connection, String lost, String floor) {
    return Decision.of(
        connection.await(
            connection
                .async()
                .eval(
                    decide,
                    ScriptOutputType.MULTI,
                    new byte[][] {key},
                    random.get(),
                    lost.getBytes(UTF_8),
                    floor.getBytes(UTF_8),
                    Long.toString(MAKER_LIMIT.toMillis()).getBytes(UTF_8))));
  }

  /** Puts it in all slots; returns the highest that is already in one of them, if higher. */
  private Optional<String> spread(RedisConnection connection, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ofEach(
            allSlots(),
            connection,
            key -> connection.async().eval(copy, ScriptOutputType.VALUE, new byte[][] {key}, bytes))
        .stream()
        .filter(one -> one.compareTo(text) > 0)
        .max(String::compareTo);
  }

  private boolean isWhole(RedisConnection connection, String text) {
    Long stands =
        connection.await(
            connection
                .async()
                .eval(whole, ScriptOutputType.INTEGER, new byte[][] {key}, text.getBytes(UTF_8)));
    return stands == 1;
  }

  private List<String> ofEach(
      List<Integer> slots,
      RedisConnection connection,
      Function<byte[], CompletionStage<byte[]>> ask) {
    List<String> all = new ArrayList<>(slots.size());
    for (int i = 0; i < slots.size(); i += SLOTS_AT_A_TIME) {
      List<CompletableFuture<byte[]>> answers =
          slots.subList(i, Math.min(slots.size(), i + SLOTS_AT_A_TIME)).stream()
              .map(slot -> placement.generationKey(slot).getBytes(UTF_8))
              .map(key -> ask.apply(key).toCompletableFuture())
              .toList();
      connection.await(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)));
      answers.stream()
          .map(CompletableFuture::join)
          .map(bytes -> bytes == null ? "" : new String(bytes, UTF_8))
          .forEach(all::add);
    }
    return all;
  }

  private static void pause() {
    try {
      Thread.sleep(ASK_AGAIN_EVERY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisCommandInterruptedException(e);
    }
  }
}
