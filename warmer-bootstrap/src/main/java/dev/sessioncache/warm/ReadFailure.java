package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Says why reading failed and what to do, from the SQLState alone.
 *
 * @see <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">Postgres error codes</a>
 */
final class ReadFailure {

  private ReadFailure() {}

  static OperationException explain(SQLException failure) {
    return new OperationException(message(failure), failure);
  }

  private static String message(SQLException failure) {
    String state = Optional.ofNullable(failure.getSQLState()).orElse("none");
    if (state.startsWith("08")) {
      return "the connection to Postgres broke: run the warm again, it is safe to repeat";
    }
    return switch (state) {
      case "42501" ->
          "the role may not read the tables: grant USAGE on their schema and SELECT" + " on them";
      case "42883", "42804" ->
          "session.user can't be compared with the primary key of tables.users: name the column"
              + " that refers to it";
      case "40001" ->
          "the replica cancelled the read, which was in the way of what it had to replay: raise"
              + " max_standby_streaming_delay there, or switch on hot_standby_feedback";
      case "57014" -> "the read was cancelled on the server: run the warm again";
      case "25P03", "57P01", "57P02", "57P03", "57P05" ->
          "Postgres ended the connection (SQLState " + state + "): run the warm again";
      default ->
          "Postgres could not read the sessions (SQLState "
              + state
              + "): run again with --verbose and look into the server's log";
    };
  }
}
