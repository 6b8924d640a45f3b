package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Placement;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.ScriptOutputType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gives values that are there a new time to live, many in a call, and tells which are not there.
 */
final class LeaseRenewal {

  /**
   * KEYS: the generation, then a value and its guard, and so on, all of one slot. ARGV: the
   * generation that the writer believes in, the time to live of guards, then that of each value,
   * ms. Returns which of the values are not there, from 0; nil when the generation is another one:
   * then nothing was renewed.
   */
  private static final byte[] SCRIPT =
      """
      if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
      local gone = {}
      for i = 1, (#KEYS - 1) / 2 do
        if redis.call('PEXPIRE', KEYS[2 * i], ARGV[i + 2]) == 1 then
          redis.call('PEXPIRE', KEYS[2 * i + 1], ARGV[2])
        else
          gone[#gone + 1] = i - 1
        end
      end
      return gone
      """
          .getBytes(UTF_8);

  /** A call must not hold up other clients for longer than some tenths of a millisecond. */
  private static final int VALUES_PER_CALL = 250;

  /** A value and the time that it is to live from now on. */
  record Renewed(String key, long millis) {}

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final Placement placement;

  LeaseRenewal(RedisConnection connection, GuardSettings settings) {
    this.connection = connection;
    this.settings = settings;
    this.placement = Placement.of(connection, settings);
  }

  /**
   * Renews all of them.
   *
   * @return those that were not there; fails with {@link GenerationLostException}
   */
  CompletionStage<List<Renewed>> renew(List<Renewed> values, String generation) {
    List<CompletableFuture<List<Renewed>>> answers = new ArrayList<>();
    placement
        .bySlot(values, Renewed::key)
        .forEach(
            (slot, all) -> {
              byte[] generationKey = placement.generationKey(slot).getBytes(UTF_8);
              for (int from = 0; from < all.size(); from += VALUES_PER_CALL) {
                List<Renewed> some =
                    all.subList(from, Math.min(all.size(), from + VALUES_PER_CALL));
                answers.add(call(some, generationKey, generation));
              }
            });
    connection.flushCommands();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(done -> answers.stream().flatMap(answer -> answer.join().stream()).toList());
  }

  private CompletableFuture<List<Renewed>> call(
      List<Renewed> values, byte[] generationKey, String generation) {
    byte[][] keys = new byte[1 + 2 * values.size()][];
    byte[][] arguments = new byte[2 + values.size()][];
    keys[0] = generationKey;
    arguments[0] = generation.getBytes(UTF_8);
    arguments[1] = Long.toString(settings.guardTtl().toMillis()).getBytes(UTF_8);
    for (int i = 0; i < values.size(); i++) {
      Renewed value = values.get(i);
      keys[2 * i + 1] = value.key().getBytes(UTF_8);
      keys[2 * i + 2] = settings.guardKey(value.key()).getBytes(UTF_8);
      arguments[i + 2] = Long.toString(value.millis()).getBytes(UTF_8);
    }
    return connection
        .async()
        .<List<Object>>eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
        .toCompletableFuture()
        .thenApply(gone -> gone(values, gone));
  }

  private static List<Renewed> gone(List<Renewed> values, List<Object> answer) {
    if (answer == null || (answer.size() == 1 && answer.get(0) == null)) {
      throw new GenerationLostException();
    }
    return answer.stream().map(number -> values.get(((Long) number).intValue())).toList();
  }
}
