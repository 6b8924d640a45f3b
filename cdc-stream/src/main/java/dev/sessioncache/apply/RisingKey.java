package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Placement;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.ScriptOutputType;
import java.util.concurrent.CompletableFuture;

/**
 * A key in Redis that only rises: a former owner can't set it back. How high a value is, a part of
 * its text says, by length and then by characters. A stored text without that part is below all. It
 * says something of the values in Redis, so a Redis of another generation does not take it.
 */
final class RisingKey {

  /** The DEL lets the SET pass when Redis is full, as in the guard script. */
  private static final byte[] SCRIPT =
      """
      if redis.call('GET', KEYS[2]) ~= ARGV[3] then return -1 end
      local stored = redis.call('GET', KEYS[1])
      local old = stored and string.match(stored, ARGV[2])
      local new = string.match(ARGV[1], ARGV[2])
      if old and (#old > #new or (#old == #new and old > new)) then return 0 end
      redis.call('DEL', KEYS[1])
      redis.call('SET', KEYS[1], ARGV[1])
      return 1
      """
          .getBytes(UTF_8);

  private static final long OTHER_GENERATION = -1;

  private final GuardSettings settings;
  private final String key;
  private final byte[] height;

  /**
   * @param height the part that says how high a value is, as a <a
   *     href="https://www.lua.org/manual/5.1/manual.html#5.4.1">Lua pattern</a>
   */
  RisingKey(GuardSettings settings, String key, String height) {
    this.settings = settings;
    this.key = key;
    this.height = height.getBytes(UTF_8);
  }

  /**
   * Sets the key to a value unless it stands higher. Sent with the connection's next flush.
   *
   * @return fails with {@link GenerationLostException} when the generation is another one
   */
  CompletableFuture<Void> raise(RedisConnection connection, String generation, String value) {
    Placement placement = Placement.of(connection, settings);
    byte[][] keys = {
      key.getBytes(UTF_8), placement.generationKey(placement.slot(key)).getBytes(UTF_8)
    };
    return connection
        .async()
        .<Long>eval(
            SCRIPT,
            ScriptOutputType.INTEGER,
            keys,
            value.getBytes(UTF_8),
            height,
            generation.getBytes(UTF_8))
        .toCompletableFuture()
        .thenAccept(
            answer -> {
              if (answer == OTHER_GENERATION) {
                throw new GenerationLostException();
              }
            });
  }
}
