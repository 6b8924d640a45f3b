package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.redis.RedisConnection;

/** Whether the stream that keeps a Redis current makes its keys by the same hash as we do. */
public final class SameTokenHash {

  private SameTokenHash() {}

  /**
   * Looks at what the stream has left there; without a stream nothing is known, and nothing wrong.
   *
   * @throws OperationException when it is another hash: what one of the two writes the other would
   *     never find
   */
  public static void check(RedisConnection connection, GuardSettings settings, TokenHash tokens) {
    byte[] key = settings.watermarkKey(0).getBytes(UTF_8);
    if (Watermark.parse(connection.await(connection.async().get(key))).isOfOther(tokens)) {
      throw new OperationException(
          "the stream that keeps this Redis current has another token.hash or token.hash.key: set the"
              + " same; if that stream is new, wait until all of its lanes have caught up");
    }
  }
}
