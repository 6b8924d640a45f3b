package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GenerationLostException;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Says why Redis could not be filled and what to do. */
final class RedisFailure {

  private RedisFailure() {}

  /**
   * An answer of Redis may quote the command with its keys, hence tokens: of it only the error code
   * is handed on, and not as a cause.
   */
  static OperationException explain(Throwable failure) {
    Optional<GenerationLostException> lost = first(failure, GenerationLostException.class);
    if (lost.isPresent()) {
      return new OperationException(
          "Redis was emptied or replaced during the replay: run it again, it starts anew",
          lost.get());
    }
    Optional<RedisCommandExecutionException> refusal =
        first(failure, RedisCommandExecutionException.class);
    if (refusal.isPresent()) {
      return new OperationException(
          "Redis refuses ("
              + code(refusal.get())
              + "): check that its URL names a primary and that its user may run scripts");
    }
    return new OperationException(
        "Redis stopped answering: check it and run the replay again, it goes on where it stopped",
        failure);
  }

  private static <T extends Throwable> Optional<T> first(Throwable failure, Class<T> type) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  private static String code(RedisCommandExecutionException refusal) {
    String message = String.valueOf(refusal.getMessage());
    int end = message.indexOf(' ');
    String word = end < 0 ? message : message.substring(0, end);
    return word.chars().allMatch(c -> c >= 'A' && c <= 'Z') ? word : "ERR";
  }
}
