package dev.sessioncache.mapping;

import dev.sessioncache.command.OperationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the Postgres catalog says about one table: its columns, their types, its primary key. */
record Catalog(TableName name, Map<String, Entry> columns, String primaryKey) {

  /** A column as the catalog has it; without a type when no JSON form is known for it. */
  record Entry(String typeName, Optional<ColumnType> type) {}

  private static final String COLUMNS =
      """
      select a.attname, format_type(a.atttypid, a.atttypmod) as shown,
             coalesce(e.typname, t.typname) as typname,
             coalesce(e.typtype, t.typtype) = 'e' as is_enum,
             e.oid is not null as is_array,
             coalesce(a.attnum = any (k.conkey), false) as in_key,
             cardinality(k.conkey) as key_columns
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
      left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
      where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
      order by a.attnum
      """;

  static Catalog read(Connection connection, TableName name) throws SQLException {
    Map<String, Entry> columns = new LinkedHashMap<>();
    String primaryKey = null;
    int keyColumns = 0;
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, name.schema());
      statement.setString(2, name.table());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Optional<ColumnType> type =
              ColumnType.of(
                  rows.getString("typname"),
                  rows.getBoolean("is_enum"),
                  rows.getBoolean("is_array"));
          columns.put(rows.getString("attname"), new Entry(rows.getString("shown"), type));
          if (rows.getBoolean("in_key")) {
            primaryKey = rows.getString("attname");
            keyColumns = rows.getInt("key_columns");
          }
        }
      }
    }
    if (columns.isEmpty()) {
      throw new OperationException(
          "table "
              + name
              + " does not exist or is not visible to this role: create it, grant it, or name another"
              + " with tables.sessions / tables.users");
    }
    if (primaryKey == null || keyColumns != 1) {
      throw new OperationException("table " + name + " needs a primary key of exactly one column");
    }
    return new Catalog(name, columns, primaryKey);
  }
}
