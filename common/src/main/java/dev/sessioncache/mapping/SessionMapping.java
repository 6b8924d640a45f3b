package dev.sessioncache.mapping;

import dev.sessioncache.command.OperationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of {@link MappingSettings} checked against the database: both tables with the
 * columns read of them, and which column means what. Immutable; shared by every stage of a program.
 */
public record SessionMapping(
    MappingSettings settings,
    MappedTable sessions,
    MappedTable users,
    Column sessionUser,
    Column activity,
    Column expires,
    Optional<Column> revoked,
    Optional<Column> userStatus,
    Column token,
    List<Column> documentSession,
    List<Column> documentUser) {

  /**
   * Reads the catalog.
   *
   * @throws OperationException when a table, a column or a usable type is missing; the message
   *     names it
   */
  public static SessionMapping resolve(MappingSettings settings, Connection connection)
      throws SQLException {
    List<String> ofUser = settings.documentUser();
    List<String> sessionColumns =
        new ArrayList<>(
            List.of(
                settings.sessionUser(),
                settings.sessionActivity(),
                settings.sessionExpires(),
                settings.key().column()));
    settings.sessionRevoked().ifPresent(sessionColumns::add);
    sessionColumns.addAll(settings.documentSession());
    List<String> userColumns = new ArrayList<>(ofUser);
    settings.userStatus().ifPresent(userColumns::add);

    MappedTable sessions =
        MappedTable.of(Catalog.read(connection, settings.sessions()), sessionColumns);
    MappedTable users = MappedTable.of(Catalog.read(connection, settings.users()), userColumns);
    if (settings.tokens().isHash()) {
      HashedToken.check(settings, sessions);
    }
    return new SessionMapping(
        settings,
        sessions,
        users,
        sessions.column(settings.sessionUser()),
        timestamp(sessions, settings.sessionActivity()),
        timestamp(sessions, settings.sessionExpires()),
        settings.sessionRevoked().map(sessions::column),
        settings.userStatus().map(users::column),
        sessions.column(settings.key().column()),
        settings.documentSession().stream().map(sessions::column).toList(),
        ofUser.stream().map(users::column).toList());
  }

  private static Column timestamp(MappedTable table, String name) {
    Column column = table.column(name);
    if (!column.type().isTimestamp()) {
      throw new OperationException(
          "column " + name + " of " + table.name() + " must be a timestamptz");
    }
    return column;
  }

  /** The Redis key of a session row, or empty when its token can't be part of a key. */
  public Optional<String> key(Row session) {
    String value = session.text(token);
    return value == null ? Optional.empty() : settings.key().key(value);
  }
}
