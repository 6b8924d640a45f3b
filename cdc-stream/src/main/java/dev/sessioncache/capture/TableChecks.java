package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The two tables as capture needs them: as they were when the program started, and such that the
 * log tells of every change which row it is of. Used by one thread.
 */
final class TableChecks {

  /** The table with its partitions, whose own replica identities count. */
  private static final String STATE =
      """
      with recursive tree(oid) as (
        select to_regclass(?)::oid
        union all
        select i.inhrelid from pg_inherits i join tree on i.inhparent = tree.oid
      ), member as (
        select c.* from tree join pg_class c on c.oid = tree.oid
      )
      select coalesce(bool_or(row_security_active(m.oid)), false) as row_security,
             coalesce(bool_or(m.relpersistence <> 'p'), false) as unlogged,
             exists (select 1 from pg_inherits i join pg_class c on c.oid = i.inhrelid
                     where i.inhparent = to_regclass(?) and not c.relispartition) as has_children,
             (select w.oid::regclass::text from member w
              where w.relkind = 'r' and w.relreplident <> 'f' and not exists (
                select 1 from pg_index i
                join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
                where i.indrelid = w.oid and a.attname = ?
                  and case w.relreplident when 'd' then i.indisprimary and i.indimmediate
                                          when 'i' then i.indisreplident
                                          else false end)
              limit 1) as without_identity
      from member m
      """;

  private final Connection connection;
  private final SessionMapping mapping;

  TableChecks(Connection connection, SessionMapping mapping) {
    this.connection = connection;
    this.mapping = mapping;
  }

  /**
   * Refuses tables of which changes would be lost or misread.
   *
   * @throws OperationException which says what to change
   */
  void check() throws SQLException {
    SessionMapping present = SessionMapping.resolve(mapping.settings(), connection);
    requireSame(mapping.sessions(), present.sessions());
    requireSame(mapping.users(), present.users());
    for (MappedTable table : List.of(mapping.sessions(), mapping.users())) {
      check(table);
    }
  }

  /** The types of the columns decide the document, the primary key all keys of {@code changes}. */
  private static void requireSame(MappedTable atStart, MappedTable present) {
    if (!atStart.columns().equals(present.columns())
        || !atStart.primaryKey().equals(present.primaryKey())) {
      throw new OperationException(
          "the type of a mapped column of "
              + atStart.name()
              + ", or its primary key, is not what it was at the start: start all our programs"
              + " again");
    }
  }

  private void check(MappedTable table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STATE)) {
      statement.setString(1, table.name().sql());
      statement.setString(2, table.name().sql());
      statement.setString(3, table.primaryKey().name());
      try (ResultSet state = statement.executeQuery()) {
        state.next();
        refuseIf(
            state.getBoolean("unlogged"),
            "table "
                + table.name()
                + " is not logged: run ALTER TABLE "
                + sql(table)
                + " SET LOGGED");
        refuseIf(
            state.getBoolean("has_children"),
            "table "
                + table.name()
                + " has child tables by INHERITS, whose changes would be lost: make them"
                + " partitions");
        refuseIf(
            state.getBoolean("row_security"),
            "row security hides rows of "
                + table.name()
                + " from us: run ALTER ROLE ... BYPASSRLS for our role");
        String withoutIdentity = state.getString("without_identity");
        refuseIf(
            withoutIdentity != null,
            "a deletion in "
                + withoutIdentity
                + " would not tell its "
                + table.primaryKey().name()
                + ": run ALTER TABLE "
                + withoutIdentity
                + " REPLICA IDENTITY DEFAULT (the primary key must not be deferrable)");
      }
    }
  }

  private static String sql(MappedTable table) {
    return table.name().sql();
  }

  private static void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new OperationException(message);
    }
  }
}
