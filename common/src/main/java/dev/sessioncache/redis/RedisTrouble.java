package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Says in a few words why Redis did not do what it was asked to. An answer of Redis may quote the
 * command with its keys, hence tokens: only its error code is handed on.
 */
public final class RedisTrouble {

  /** A command that a script has called was refused, as Redis before version 7 says it. */
  private static final Pattern IN_SCRIPT = Pattern.compile("@user_script: ?\\d+: -([A-Z]+) ");

  private RedisTrouble() {}

  /**
   * For the log.
   *
   * @param waited how long the answer was waited for
   */
  public static String words(Throwable failure, Duration waited) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(cause -> kind(cause, waited))
        .filter(words -> !words.isEmpty())
        .findFirst()
        .orElseGet(() -> other(failure, waited));
  }

  private static String other(Throwable failure, Duration waited) {
    if (failure instanceof RedisException) {
      return lost(waited);
    }
    return failure instanceof OperationException
        ? String.valueOf(failure.getMessage()) // for the operator, without secrets
        : failure.getClass().getSimpleName();
  }

  /** Empty when that cause alone does not tell. */
  private static String kind(Throwable cause, Duration waited) {
    if (cause instanceof RedisCommandExecutionException refusal) {
      return "refused: " + code(refusal);
    }
    if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
      return noAnswer(waited);
    }
    if (cause instanceof ConnectException) {
      return "connection refused";
    }
    if (cause instanceof UnknownHostException) {
      return "its host name does not resolve";
    }
    return cause instanceof IOException ? lost(waited) : "";
  }

  /** After so long it is we who have given the connection up, {@link SilenceHandler}. */
  private static String lost(Duration waited) {
    return waited.compareTo(RedisConnections.COMMAND_TIMEOUT) < 0
        ? "connection lost"
        : noAnswer(waited);
  }

  private static String noAnswer(Duration waited) {
    return "no answer in " + waited.toMillis() + " ms";
  }

  /**
   * The first word of an error answer, such as {@code OOM} or {@code READONLY}; {@code ERR} when it
   * is no code.
   *
   * @see <a
   *     href="https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors">simple
   *     errors</a>
   */
  public static String code(RedisCommandExecutionException refusal) {
    String message = String.valueOf(refusal.getMessage());
    Matcher inScript = IN_SCRIPT.matcher(message);
    if (inScript.find()) {
      return inScript.group(1);
    }
    int end = message.indexOf(' ');
    String word = end < 0 ? message : message.substring(0, end);
    return word.chars().allMatch(c -> c >= 'A' && c <= 'Z') ? word : "ERR";
  }
}
