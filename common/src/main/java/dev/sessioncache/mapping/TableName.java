package dev.sessioncache.mapping;

import java.util.regex.Pattern;

/** A table by schema and name, both as the catalog spells them. */
public record TableName(String schema, String table) {

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}");

  /** Reads {@code schema.table}; a bare name means schema {@code public}. */
  public static TableName parse(String text) {
    int dot = text.indexOf('.');
    String schema = dot < 0 ? "public" : text.substring(0, dot);
    String table = text.substring(dot + 1);
    if (!IDENTIFIER.matcher(schema).matches() || !IDENTIFIER.matcher(table).matches()) {
      throw new IllegalArgumentException("is not a table name: write it as schema.table");
    }
    return new TableName(schema, table);
  }

  /** The name as SQL takes it, quoted. */
  public String sql() {
    return Identifiers.quote(schema) + "." + Identifiers.quote(table);
  }

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
