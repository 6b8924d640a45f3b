package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Whether Postgres sends, with a session that is deleted or gets another user, the user before: a
 * connector writes each change to one lane and has to know which. Used by one thread.
 */
final class UserIdentity {

  private static final String WITHOUT =
      """
      with recursive tree(oid) as (
        select to_regclass(?)::oid
        union all
        select i.inhrelid from pg_inherits i join tree on i.inhparent = tree.oid
      )
      select c.oid::regclass::text from tree join pg_class c on c.oid = tree.oid
      where c.relkind = 'r' and c.relreplident <> 'f' and not exists (
        select 1 from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
        where i.indrelid = c.oid and c.relreplident = 'i' and i.indisreplident and a.attname = ?)
      limit 1
      """;

  private final Connection connection;
  private final SessionMapping mapping;

  UserIdentity(Connection connection, SessionMapping mapping) {
    this.connection = connection;
    this.mapping = mapping;
  }

  /**
   * Refuses a table of sessions that hides the user before.
   *
   * @throws OperationException which says what to change
   */
  void check() throws SQLException {
    String table = without();
    if (table != null) {
      throw new OperationException(
          "with capture.engine=connect a deletion in "
              + table
              + " would not tell its "
              + mapping.sessionUser().name()
              + ": run ALTER TABLE "
              + table
              + " REPLICA IDENTITY USING INDEX on a unique index of ("
              + mapping.sessions().primaryKey().name()
              + ", "
              + mapping.sessionUser().name()
              + "); FULL only when the publication lists no columns");
    }
  }

  private @Nullable String without() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WITHOUT)) {
      statement.setString(1, mapping.sessions().name().sql());
      statement.setString(2, mapping.sessionUser().name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }
}
