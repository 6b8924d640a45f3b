package dev.sessioncache.mapping;

import dev.sessioncache.command.OperationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A table and those of its columns that the warmer reads, in a fixed order; the primary key is one
 * of them.
 */
public final class MappedTable {

  private final TableName name;
  private final Column primaryKey;
  private final Map<String, Column> columns;

  private MappedTable(TableName name, Column primaryKey, Map<String, Column> columns) {
    this.name = name;
    this.primaryKey = primaryKey;
    this.columns = columns;
  }

  /**
   * Picks the wanted columns; one that is missing or has an unsupported type is refused by name.
   */
  static MappedTable of(Catalog catalog, List<String> wanted) {
    Map<String, Column> columns = new LinkedHashMap<>();
    pick(catalog, catalog.primaryKey(), columns);
    wanted.forEach(column -> pick(catalog, column, columns));
    return new MappedTable(
        catalog.name(), Objects.requireNonNull(columns.get(catalog.primaryKey())), columns);
  }

  private static void pick(Catalog catalog, String name, Map<String, Column> columns) {
    if (columns.containsKey(name)) {
      return;
    }
    Catalog.Entry entry = catalog.columns().get(name);
    if (entry == null) {
      throw new OperationException(
          "table "
              + catalog.name()
              + " has no column "
              + name
              + ": correct the settings under \"Tables and document\"");
    }
    ColumnType type =
        entry
            .type()
            .orElseThrow(
                () ->
                    new OperationException(
                        "column "
                            + name
                            + " of "
                            + catalog.name()
                            + " has type "
                            + entry.typeName()
                            + ", which has no JSON form here: leave it out of the document"
                            + " (supported: "
                            + ColumnType.SUPPORTED
                            + ")"));
    columns.put(name, new Column(name, type, columns.size()));
  }

  public TableName name() {
    return name;
  }

  public Column primaryKey() {
    return primaryKey;
  }

  /** The columns in the order of {@link Column#index()}. */
  public List<Column> columns() {
    return List.copyOf(columns.values());
  }

  public Column column(String column) {
    Column found = columns.get(column);
    if (found == null) {
      throw new IllegalArgumentException("column " + column + " of " + name + " is not mapped");
    }
    return found;
  }

  /** The select list that yields {@link Row} texts in column order. */
  public String sqlTexts(String alias) {
    return columns.values().stream()
        .map(column -> column.sqlText(alias))
        .collect(Collectors.joining(", "));
  }
}
