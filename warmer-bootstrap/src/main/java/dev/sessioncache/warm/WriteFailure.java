package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.redis.RedisTrouble;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Says why Redis could not be written to and what to do. */
public final class WriteFailure {

  private WriteFailure() {}

  /**
   * An answer of Redis may quote the command with its keys, hence tokens: of it only the <a
   * href="https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors">error
   * code</a> is handed on, and not as a cause.
   */
  static OperationException explain(Exception failure, Tally tally) {
    if (failure.getCause() instanceof GenerationLostException lost) {
      return new OperationException(
          "Redis was emptied or replaced during the warm: run it again", lost);
    }
    String reached = tally.counts().stored() + " sessions are warm";
    Optional<RedisCommandExecutionException> refusal = refusal(failure);
    if (refusal.isPresent()) {
      return new OperationException(
          "Redis refuses to write ("
              + RedisTrouble.code(refusal.get())
              + "), "
              + reached
              + ": check that REDIS_URL names a primary and that its user may run scripts");
    }
    return new OperationException(
        "Redis stopped answering, "
            + reached
            + ": check it and run the warm again, it is safe to repeat",
        failure);
  }

  /** As {@link #explain} for who only looks. */
  public static OperationException explainLook(Exception failure) {
    return refusal(failure)
        .map(
            refusal ->
                new OperationException(
                    "Redis refuses to be looked at ("
                        + RedisTrouble.code(refusal)
                        + "): check what the user of REDIS_URL may do"))
        .orElseGet(
            () ->
                new OperationException("Redis stopped answering: check it and try again", failure));
  }

  private static Optional<RedisCommandExecutionException> refusal(Exception failure) {
    return Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
        .filter(RedisCommandExecutionException.class::isInstance)
        .map(RedisCommandExecutionException.class::cast)
        .findFirst();
  }
}
