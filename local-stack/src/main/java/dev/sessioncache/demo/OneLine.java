package dev.sessioncache.demo;

import io.lettuce.core.RedisException;
import java.sql.SQLException;

/** Says in one line what went wrong. */
final class OneLine {

  private OneLine() {}

  /** The message of the innermost cause, which is the one that knows, and whose it is. */
  static String of(Throwable failure) {
    Throwable innermost = failure;
    String owner = "";
    for (Throwable next = failure; next != null; next = next.getCause()) {
      innermost = next;
      if (owner.isEmpty() && next instanceof SQLException) {
        owner = "Postgres: ";
      } else if (owner.isEmpty() && next instanceof RedisException) {
        owner = "Redis: ";
      }
    }
    String message = innermost.getMessage();
    String text = message == null ? innermost.getClass().getSimpleName() : message;
    return owner + text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
