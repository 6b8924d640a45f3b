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
   * KEYS: the generation, then the values, and then their guards in the same order if those are to
   * be renewed too; all of one slot. ARGV: the generation that the writer believes in, the time to
   * live of guards, then that of each value, ms. Returns which of the values are not there, from 0;
   * nil when the generation is another one: then nothing was renewed.
   */
  private static final byte[] SCRIPT =
      """
      if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
      local values = #ARGV - 2
      local guards = #KEYS > 1 + values
      local gone = {}
      for i = 1, values do
        if redis.call('PEXPIRE', KEYS[1 + i], ARGV[2 + i]) == 0 then
          gone[#gone + 1] = i - 1
        elseif guards then
          redis.call('PEXPIRE', KEYS[1 + values + i], ARGV[2])
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
   * @param guards whether to renew the guards of those that are there, too
   * @return those that were not there; fails with {@link GenerationLostException}
   */
  CompletionStage<List<Renewed>> renew(List<Renewed> values, String generation, boolean guards) {
    List<CompletableFuture<List<Renewed>>> answers = new ArrayList<>();
    placement
        .bySlot(values, Renewed::key)
        .forEach(
            (slot, all) -> {
              byte[] generationKey = placement.generationKey(slot).getBytes(UTF_8);
              for (int from = 0; from < all.size(); from += VALUES_PER_CALL) {
                List<Renewed> some =
                    all.subList(from, Math.min(all.size(), from + VALUES_PER_CALL));
                answers.add(call(some, generationKey, generation, guards));
              }
            });
    connection.flushCommands();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(done -> answers.stream().flatMap(answer -> answer.join().stream()).toList());
  }

  private CompletableFuture<List<Renewed>> call(
      List<Renewed> values, byte[] generationKey, String generation, boolean guards) {
    int count = values.size();
    byte[][] keys = new byte[1 + (guards ? 2 : 1) * count][];
    byte[][] arguments = new byte[2 + count][];
    keys[0] = generationKey;
    arguments[0] = generation.getBytes(UTF_8);
    arguments[1] = Long.toString(settings.guardTtl().toMillis()).getBytes(UTF_8);
    for (int i = 0; i < count; i++) {
      Renewed value = values.get(i);
      keys[1 + i] = value.key().getBytes(UTF_8);
      if (guards) {
        keys[1 + count + i] = settings.guardKey(value.key()).getBytes(UTF_8);
      }
      arguments[2 + i] = Long.toString(value.millis()).getBytes(UTF_8);
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
