package dev.sessioncache.mapping;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.mapping.ColumnType.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mappings and settings for tests, without a database. */
public final class TestMapping {

  private static final ColumnType STRING = new ColumnType(Scalar.STRING, false);
  private static final ColumnType TIMESTAMP = new ColumnType(Scalar.TIMESTAMP, false);

  private TestMapping() {}

  /** A mapping whose document is exactly these columns. */
  public static SessionMapping document(
      Map<String, ColumnType> sessionColumns, Map<String, ColumnType> userColumns) {
    MappingSettings settings =
        Configuration.section(
            MappingSettings.class,
            Map.of(
                "document.session", String.join(",", sessionColumns.keySet()),
                "document.user", String.join(",", userColumns.keySet())));
    Map<String, ColumnType> required = new LinkedHashMap<>();
    required.put("id", STRING);
    required.put("user_id", STRING);
    required.put("token", STRING);
    required.put("last_activity_at", TIMESTAMP);
    required.put("expires_at", TIMESTAMP);
    MappedTable sessions = table(settings.sessions(), required, sessionColumns);
    MappedTable users = table(settings.users(), Map.of("id", STRING), userColumns);
    return new SessionMapping(
        settings,
        sessions,
        users,
        sessions.column("user_id"),
        sessions.column("last_activity_at"),
        sessions.column("expires_at"),
        Optional.empty(),
        Optional.empty(),
        sessions.column("token"),
        sessionColumns.keySet().stream().map(sessions::column).toList(),
        userColumns.keySet().stream().map(users::column).toList());
  }

  private static MappedTable table(
      TableName name, Map<String, ColumnType> required, Map<String, ColumnType> more) {
    Map<String, Catalog.Entry> entries = new LinkedHashMap<>();
    Map<String, ColumnType> all = new LinkedHashMap<>(required);
    all.putAll(more);
    all.forEach(
        (column, type) ->
            entries.put(column, new Catalog.Entry(type.toString(), Optional.of(type))));
    return MappedTable.of(new Catalog(name, entries, "id"), List.copyOf(all.keySet()));
  }
}
