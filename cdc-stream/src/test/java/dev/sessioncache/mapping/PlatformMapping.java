package dev.sessioncache.mapping;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mapping that the default settings give over the demo schema, without a database. */
public final class PlatformMapping {

  private PlatformMapping() {}

  public static SessionMapping create() {
    return create(MappingSettings.defaults());
  }

  public static SessionMapping create(MappingSettings settings) {
    MappedTable sessions =
        table(
            settings.sessions(),
            "id:uuid",
            "token:text",
            "user_id:uuid",
            "ip_address:inet",
            "user_agent:text",
            "created_at:timestamptz",
            "last_activity_at:timestamptz",
            "expires_at:timestamptz",
            "request_count:int8",
            "revoked_at:timestamptz",
            "data:jsonb");
    MappedTable users =
        table(
            settings.users(),
            "id:uuid",
            "email:text",
            "display_name:text",
            "role:text",
            "status:text");
    return new SessionMapping(
        settings,
        sessions,
        users,
        sessions.column(settings.sessionUser()),
        sessions.column(settings.sessionActivity()),
        sessions.column(settings.sessionExpires()),
        settings.sessionRevoked().map(sessions::column),
        settings.userStatus().map(users::column),
        sessions.column(settings.key().column()),
        settings.documentSession().stream().map(sessions::column).toList(),
        settings.documentUser().stream().map(users::column).toList());
  }

  private static MappedTable table(TableName name, String... columns) {
    Map<String, Catalog.Entry> entries = new LinkedHashMap<>();
    for (String column : columns) {
      String[] parts = column.split(":", 2);
      Optional<ColumnType> type = ColumnType.of(parts[1], false, false);
      entries.put(parts[0], new Catalog.Entry(parts[1], type));
    }
    return MappedTable.of(new Catalog(name, entries, "id"), List.copyOf(entries.keySet()));
  }
}
