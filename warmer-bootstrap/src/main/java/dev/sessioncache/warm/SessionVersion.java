package dev.sessioncache.warm;

import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.SessionKeys;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a session's two rows a snapshot sees, without the rows.
 *
 * @param place of the session
 * @param token the text of the column that makes the key; null where it is
 * @param rate requests per second expected of it
 * @param session the transaction that wrote the session row, its <a
 *     href="https://www.postgresql.org/docs/17/ddl-system-columns.html">xmin</a>
 * @param user the transaction that wrote the user row
 */
record SessionVersion(
    Place place, @Nullable String token, double rate, TransactionId session, TransactionId user) {

  /** Reads activity, primary key, token, rate and both xmin. */
  static SessionVersion of(ResultSet row) throws SQLException {
    return new SessionVersion(
        new Place(row.getString(1), row.getString(2)),
        row.getString(3),
        row.getDouble(4),
        TransactionId.of(Long.parseLong(row.getString(5))),
        TransactionId.of(Long.parseLong(row.getString(6))));
  }

  /** Its Redis key, if its token can be part of one. */
  Optional<String> key(SessionKeys keys) {
    return token == null ? Optional.empty() : keys.ofToken(token);
  }
}
