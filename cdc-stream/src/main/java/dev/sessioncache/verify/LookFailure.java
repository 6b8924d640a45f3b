package dev.sessioncache.verify;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.warm.WriteFailure;
import io.lettuce.core.RedisException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Says why a look failed and what to do, from codes alone: texts of servers may quote keys and
 * values.
 */
final class LookFailure {

  private LookFailure() {}

  static OperationException explain(RedisException failure) {
    return WriteFailure.explainLook(failure);
  }

  /**
   * By SQLState.
   *
   * @see <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">Postgres error
   *     codes</a>
   */
  static OperationException explain(SQLException failure) {
    String state = Optional.ofNullable(failure.getSQLState()).orElse("none");
    String message =
        switch (state.length() < 2 ? state : state.substring(0, 2)) {
          case "08", "57", "25" ->
              "Postgres broke the connection off (SQLState "
                  + state
                  + "): run verify again, it is safe to repeat";
          case "42" ->
              "Postgres does not let us read the tables (SQLState "
                  + state
                  + "): grant USAGE on their schema and SELECT on them";
          default ->
              "Postgres could not read the sessions (SQLState "
                  + state
                  + "): run again with --verbose and look into the server's log";
        };
    return new OperationException(message, failure);
  }
}
