package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisInfo;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis it is that we write to: another one, or one that was emptied, has another identity.
 * Kept in the metadata of the committed offset of every lane that is whole in it.
 *
 * @param generation see {@link dev.sessioncache.guard.Generation}
 * @param runId of the server process; {@code -} when we may not know it
 */
public record RedisIdentity(String generation, String runId) {

  static final String UNKNOWN = "-";

  static Optional<RedisIdentity> parse(@Nullable String text) {
    String[] parts = text == null ? new String[0] : text.split(" ", -1);
    return parts.length == 2 && !parts[0].isEmpty()
        ? Optional.of(new RedisIdentity(parts[0], parts[1]))
        : Optional.empty();
  }

  /**
   * That of the Redis at hand.
   *
   * @param connection that flushes by itself
   * @throws io.lettuce.core.RedisException when Redis does not answer
   */
  public static RedisIdentity of(RedisConnection connection, String generation) {
    try {
      return new RedisIdentity(
          generation,
          runId(
              connection.askAll(redis -> redis.info("server")).stream()
                  .map(info -> RedisInfo.field(info, "run_id").orElse(UNKNOWN))
                  .toList()));
    } catch (RedisCommandExecutionException e) {
      return new RedisIdentity(generation, UNKNOWN); // INFO is forbidden to us
    }
  }

  /** Of all masters of a cluster together, in any order, something short. */
  static String runId(List<String> each) {
    if (each.size() == 1) {
      return each.get(0);
    }
    String all = each.stream().sorted().collect(Collectors.joining(" "));
    return UUID.nameUUIDFromBytes(all.getBytes(UTF_8)).toString();
  }

  public String encode() {
    return generation + " " + runId;
  }
}
