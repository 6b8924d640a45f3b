package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;

/**
 * Whose turn it is to verify, of several processes: a key in Redis that lapses with its owner. Two
 * that verify at once by a race do no harm, only the work twice.
 */
final class Turn {

  static final Duration TIME_TO_LIVE = Duration.ofSeconds(30);

  private static final String NAME = "verify-turn";

  private final byte[] key;
  private final byte[] owner = UUID.randomUUID().toString().getBytes(UTF_8);

  Turn(GuardSettings settings) {
    this.key = (settings.keysPrefix() + NAME).getBytes(UTF_8);
  }

  /** Takes it, or keeps it; false when it is another's. */
  boolean isOurs(RedisSide redis) {
    if (Arrays.equals(owner, redis.ask(commands -> commands.get(key)))) {
      return redis.ask(commands -> commands.pexpire(key, TIME_TO_LIVE.toMillis()));
    }
    return redis.ask(commands -> commands.set(key, owner, SetArgs.Builder.nx().px(TIME_TO_LIVE)))
        != null;
  }
}
