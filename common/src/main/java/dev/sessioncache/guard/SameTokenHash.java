package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.redis.RedisConnection;
import java.util.List;
import java.util.stream.IntStream;

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
    if (lanes(connection, settings).stream().anyMatch(lane -> lane.isOfOther(tokens))) {
      throw new OperationException(
          "the stream that keeps this Redis current has another token.hash or token.hash.key: set the"
              + " same; if that stream is new, wait until all of its lanes have caught up");
    }
  }

  /**
   * One that has not caught up has no watermark, and any of the others tells how many there are.
   */
  private static List<Watermark> lanes(RedisConnection connection, GuardSettings settings) {
    byte[][] keys =
        IntStream.range(0, Lanes.MOST)
            .mapToObj(lane -> settings.watermarkKey(lane).getBytes(UTF_8))
            .toArray(byte[][]::new);
    return connection.await(connection.async().mget(keys)).stream()
        .map(found -> Watermark.parse(found.getValueOrElse(null)))
        .toList();
  }
}
