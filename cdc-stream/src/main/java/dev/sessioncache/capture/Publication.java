package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TokenHash;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The publication of the two tables: what Postgres sends. One that would leave out changes is
 * refused. Used by one thread.
 */
final class Publication {

  /**
   * Rows of the catalog that another ALTER or CREATE makes anew, of the publication, the tables,
   * their primary keys and mapped columns. Of partitions the file counts too: TRUNCATE of a
   * partition is not sent. Takes no lock on the tables, so it does not wait for an ALTER TABLE.
   */
  private static final String IDENTITY =
      """
      with recursive root(oid) as (
        select to_regclass(name)::oid from unnest(?::text[]) name
      ), tree(oid) as (
        select oid from root
        union all
        select i.inhrelid from pg_inherits i join tree on i.inhparent = tree.oid
      ), part(line) as (
        select 'publication ' || oid || ' ' || xmin from pg_publication where pubname = ?
        union all
        select 'published ' || r.oid || ' ' || r.xmin from pg_publication_rel r
          join pg_publication p on p.oid = r.prpubid and p.pubname = ?
          where r.prrelid in (select oid from tree)
        union all
        select concat_ws(' ', 'table', oid, relreplident, case when relispartition then relfilenode end)
          from pg_class where oid in (select oid from tree)
        union all
        select 'key ' || oid from pg_constraint
          where conrelid in (select oid from root) and contype = 'p'
        union all
        select 'column ' || attrelid || ' ' || attnum || ' ' || xmin from pg_attribute
          where attrelid in (select oid from root) and attname = any (?::text[]) and not attisdropped
      )
      select coalesce(md5(string_agg(line, ',' order by line)), '') from part
      """;

  private static final String PUBLISHED =
      """
      select to_jsonb(t) ->> 'rowfilter' is not null as filtered,
             (select string_agg(name, ', ') from unnest(?::text[]) name
              where not jsonb_exists(to_jsonb(t) -> 'attnames', name)) as left_out
      from pg_publication_tables t where pubname = ? and schemaname = ? and tablename = ?
      """;

  /**
   * The table, or a partition of it, of which Postgres refuses every UPDATE and DELETE: the columns
   * that are published do not cover its replica identity, which FULL never is. {@code prattrs} is
   * missing before Postgres 15, which knows no such lists.
   */
  private static final String UNCOVERED =
      """
      with recursive tree(oid) as (
        select to_regclass(?)::oid
        union all
        select i.inhrelid from pg_inherits i join tree on i.inhparent = tree.oid
      ), published as (
        select r.prrelid, to_jsonb(r) ->> 'prattrs' as attrs from pg_publication_rel r
          join pg_publication p on p.oid = r.prpubid and p.pubname = ?
      ), listed(name) as (
        select a.attname from published r join pg_attribute a on a.attrelid = r.prrelid
          where r.prrelid in (select oid from tree)
            and a.attnum = any (string_to_array(translate(r.attrs, '[],', '  '), ' ', '')::int2[])
      )
      select c.oid::regclass::text from tree join pg_class c on c.oid = tree.oid
      where c.relkind = 'r' and exists (select 1 from listed)
        and (c.relreplident = 'f' or exists (
          select 1 from pg_index i
          join pg_attribute a on a.attrelid = i.indrelid
            and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
          where i.indrelid = c.oid
            and case c.relreplident when 'd' then i.indisprimary
                                    when 'i' then i.indisreplident
                                    else false end
            and a.attname not in (select name from listed)))
      limit 1
      """;

  /** Insufficient privilege. */
  private static final String MAY_NOT = "42501";

  private final Connection connection;
  private final String name;
  private final SessionMapping mapping;

  Publication(Connection connection, String name, SessionMapping mapping) {
    this.connection = connection;
    this.name = name;
    this.mapping = mapping;
  }

  /**
   * Creates it when it is missing, and refuses one that leaves out an operation, a table, rows,
   * mapped columns or the replica identity.
   */
  void ensure() throws SQLException {
    if (!exists()) {
      create();
    }
    check();
  }

  boolean exists() throws SQLException {
    return exists("select 1 from pg_publication where pubname = ?", name);
  }

  /**
   * Refuses one that leaves out an operation, a table, rows, mapped columns or the replica
   * identity.
   *
   * @throws OperationException which says what to change
   */
  void check() throws SQLException {
    if (!exists(
        "select 1 from pg_publication where pubname = ? and pubinsert and pubupdate and pubdelete"
            + " and pubtruncate",
        name)) {
      throw new OperationException(
          "publication "
              + name
              + " leaves out some operations, which would lose revocations: run"
              + " ALTER PUBLICATION "
              + name
              + " SET (publish = 'insert, update, delete, truncate')");
    }
    for (MappedTable table : tables()) {
      requireWhole(table);
      requireIdentity(table);
    }
  }

  private void requireIdentity(MappedTable table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UNCOVERED)) {
      statement.setString(1, table.name().sql());
      statement.setString(2, name);
      try (ResultSet uncovered = statement.executeQuery()) {
        if (uncovered.next()) {
          throw new OperationException(
              "publication "
                  + name
                  + " lists columns that do not cover the REPLICA IDENTITY of "
                  + uncovered.getString(1)
                  + ", so Postgres refuses every UPDATE and DELETE there: run ALTER TABLE "
                  + uncovered.getString(1)
                  + " REPLICA IDENTITY USING INDEX on a unique index of listed columns (FULL goes"
                  + " with no list), or "
                  + setTables());
        }
      }
    }
  }

  private void requireWhole(MappedTable table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PUBLISHED)) {
      statement.setArray(1, names(List.of(table)));
      statement.setString(2, name);
      statement.setString(3, table.name().schema());
      statement.setString(4, table.name().table());
      try (ResultSet published = statement.executeQuery()) {
        if (!published.next()) {
          throw lacks(table);
        }
        if (published.getBoolean("filtered")) {
          throw new OperationException(
              "publication "
                  + name
                  + " has a condition on the rows of "
                  + table.name()
                  + ", which would lose revocations: "
                  + setTables());
        }
        String leftOut = published.getString("left_out");
        if (leftOut != null) {
          throw new OperationException(
              "publication "
                  + name
                  + " leaves out columns of "
                  + table.name()
                  + " that are mapped ("
                  + leftOut
                  + "): "
                  + setTables()
                  + "; generated columns are never sent, leave them out of the document");
        }
      }
    }
  }

  private OperationException lacks(MappedTable table) throws SQLException {
    String lack = "publication " + name + " lacks " + table.name() + ": run ALTER PUBLICATION ";
    boolean byPartition =
        exists(
            "select 1 from pg_class where oid = to_regclass(?) and relkind = 'p'",
            table.name().sql());
    return new OperationException(
        byPartition
                && exists("select 1 from pg_publication where pubname = ? and not pubviaroot", name)
            ? lack + name + " SET (publish_via_partition_root = true)"
            : lack + name + " ADD TABLE " + table.name().sql());
  }

  private String setTables() {
    return "run ALTER PUBLICATION "
        + name
        + " SET TABLE "
        + mapping.sessions().name().sql()
        + ", "
        + mapping.users().name().sql();
  }

  private Array names(List<MappedTable> ofTables) throws SQLException {
    return connection.createArrayOf(
        "text",
        ofTables.stream()
            .flatMap(table -> table.columns().stream())
            .map(Column::name)
            .distinct()
            .toArray());
  }

  /**
   * Changes when the publication, a table or a mapped column is made anew or altered: what that did
   * to the rows, and what was changed meanwhile, is not in the log. Another {@link TokenHash} makes
   * other rows, too.
   */
  String identity() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IDENTITY)) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "text", tables().stream().map(table -> table.name().sql()).toArray()));
      statement.setString(2, name);
      statement.setString(3, name);
      statement.setArray(4, names(tables()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        TokenHash tokens = mapping.settings().tokens();
        return row.getString(1) + (tokens.isHash() ? " " + tokens.fingerprint() : "");
      }
    }
  }

  private void create() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(createSql());
    } catch (SQLException e) {
      if (MAY_NOT.equals(e.getSQLState())) {
        throw new OperationException(missing(), e);
      }
      throw e; // as of a lock that another one holds: it passes
    }
  }

  private String createSql() {
    return "create publication "
        + name
        + " for table "
        + mapping.sessions().name().sql()
        + ", "
        + mapping.users().name().sql()
        + " with (publish_via_partition_root = true)";
  }

  /** What to say when it is to be created by somebody else. */
  String missing() {
    return "the publication is missing and we may not create it; as the tables' owner run: "
        + createSql();
  }

  private List<MappedTable> tables() {
    return List.of(mapping.sessions(), mapping.users());
  }

  private boolean exists(String query, String... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
