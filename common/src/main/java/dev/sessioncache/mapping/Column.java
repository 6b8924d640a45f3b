package dev.sessioncache.mapping;

import dev.sessioncache.mapping.ColumnType.Scalar;

/**
 * A column that the warmer reads.
 *
 * @param name as the catalog spells it
 * @param type decides its JSON form
 * @param index its place among the columns read of its table, from 0
 */
public record Column(String name, ColumnType type, int index) {

  /**
   * The expression that yields the column's canonical text, see {@link Row}. {@code abbrev} prints
   * an inet as its output function does, other than the <a
   * href="https://www.postgresql.org/docs/17/functions-net.html">cast to text</a>.
   */
  public String sqlText(String alias) {
    String qualified = alias + "." + Identifiers.quote(name);
    if (!type.array()) {
      return type.scalar() == Scalar.INET ? "abbrev(" + qualified + ")" : qualified + "::text";
    }
    // As JSON an element that is itself an array would look like another dimension.
    String elements = type.scalar() == Scalar.JSON ? qualified + "::text[]" : qualified;
    return "to_jsonb(" + elements + ")::text";
  }

  /**
   * The expression that yields the column for a COPY in the binary format: a timestamp as it is,
   * all else as its canonical text.
   */
  public String sqlCopied(String alias) {
    return type.isTimestamp() ? alias + "." + Identifiers.quote(name) : sqlText(alias);
  }
}
