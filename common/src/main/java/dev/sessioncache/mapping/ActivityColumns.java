package dev.sessioncache.mapping;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/**
 * The columns from which the request rate of a session is estimated; without them its last activity
 * has to do.
 *
 * @param created when the session began, a timestamptz
 * @param requests how many it has made, a number
 */
public record ActivityColumns(Optional<Column> created, Optional<Column> requests) {

  private static final Set<ColumnType.Scalar> TIMESTAMP = Set.of(ColumnType.Scalar.TIMESTAMP);
  private static final Set<ColumnType.Scalar> NUMBERS =
      Set.of(
          ColumnType.Scalar.INTEGER,
          ColumnType.Scalar.NUMERIC,
          ColumnType.Scalar.FLOAT4,
          ColumnType.Scalar.FLOAT8);

  /** For estimates by the last activity alone. */
  public static ActivityColumns none() {
    return new ActivityColumns(Optional.empty(), Optional.empty());
  }

  /**
   * Reads the catalog. A column that is not there, or of another type, is done without: these are
   * for estimates only.
   */
  public static ActivityColumns resolve(MappingSettings settings, Connection connection)
      throws SQLException {
    Catalog catalog = Catalog.read(connection, settings.sessions());
    return new ActivityColumns(
        settings.sessionCreated().flatMap(name -> column(catalog, name, TIMESTAMP)),
        settings.sessionRequests().flatMap(name -> column(catalog, name, NUMBERS)));
  }

  /** Whether the settings name columns that are not there or of another type. */
  public boolean lackSome(MappingSettings settings) {
    return created.isPresent() != settings.sessionCreated().isPresent()
        || requests.isPresent() != settings.sessionRequests().isPresent();
  }

  private static Optional<Column> column(
      Catalog catalog, String name, Set<ColumnType.Scalar> types) {
    return Optional.ofNullable(catalog.columns().get(name))
        .flatMap(Catalog.Entry::type)
        .filter(type -> !type.array() && types.contains(type.scalar()))
        .map(type -> new Column(name, type, 0));
  }
}
