package dev.sessioncache.mapping;

import java.util.Map;
import java.util.Optional;

/**
 * How a column's value becomes JSON.
 *
 * @param scalar the form of the value, or of each element
 * @param array whether the column is an array of them
 */
public record ColumnType(Scalar scalar, boolean array) {

  /** The JSON forms a Postgres type can take. */
  public enum Scalar {
    STRING,
    /** A string; its cast to text would add the netmask of a single host. */
    INET,
    INTEGER,
    NUMERIC,
    FLOAT4,
    FLOAT8,
    BOOLEAN,
    /** ISO-8601 in UTC with six digits of fraction. */
    TIMESTAMP,
    /** Nested as it is. */
    JSON
  }

  /** Whether it is a single timestamp. */
  public boolean isTimestamp() {
    return !array && scalar == Scalar.TIMESTAMP;
  }

  /** What an operator may use, for messages and documentation. */
  public static final String SUPPORTED =
      "text, varchar, uuid, inet, enum, int2/4/8, numeric, float4/8, bool, timestamptz, json, jsonb and arrays"
          + " of these";

  private static final Map<String, Scalar> BY_TYPE_NAME =
      Map.ofEntries(
          Map.entry("text", Scalar.STRING),
          Map.entry("varchar", Scalar.STRING),
          Map.entry("uuid", Scalar.STRING),
          Map.entry("inet", Scalar.INET),
          Map.entry("int2", Scalar.INTEGER),
          Map.entry("int4", Scalar.INTEGER),
          Map.entry("int8", Scalar.INTEGER),
          Map.entry("numeric", Scalar.NUMERIC),
          Map.entry("float4", Scalar.FLOAT4),
          Map.entry("float8", Scalar.FLOAT8),
          Map.entry("bool", Scalar.BOOLEAN),
          Map.entry("timestamptz", Scalar.TIMESTAMP),
          Map.entry("json", Scalar.JSON),
          Map.entry("jsonb", Scalar.JSON));

  /**
   * The form of a catalog type.
   *
   * @param typeName {@code pg_type.typname} of the type, or of the element type of an array
   * @param isEnum whether {@code pg_type.typtype} is {@code e}
   */
  static Optional<ColumnType> of(String typeName, boolean isEnum, boolean isArray) {
    Scalar scalar = isEnum ? Scalar.STRING : BY_TYPE_NAME.get(typeName);
    return Optional.ofNullable(scalar).map(known -> new ColumnType(known, isArray));
  }
}
