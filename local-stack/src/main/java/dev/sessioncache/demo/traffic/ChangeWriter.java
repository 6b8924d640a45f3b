package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Database;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does one change, in a transaction of its own, on its own connection. For one thread. */
final class ChangeWriter implements AutoCloseable {

  private static final String ACTIVITY =
      "update platform.user_sessions set request_count = request_count + 1,"
          + " last_activity_at = greatest(last_activity_at, now())"
          + " where id = ? and revoked_at is null returning request_count";

  /** The same user logs in from the same device. */
  private static final String LOGIN =
      "insert into platform.user_sessions (id, token, user_id, ip_address, user_agent,"
          + " created_at, last_activity_at, expires_at, request_count, data)"
          + " select ?, ?, s.user_id, s.ip_address, s.user_agent,"
          + " now(), now(), now() + interval '12 hours', 1, s.data"
          + " from platform.user_sessions s join platform.users u on u.id = s.user_id"
          + " where s.id = ? and u.status = 'active' returning expires_at";

  private static final String LOGOUT =
      "delete from platform.user_sessions where id = ? returning id";

  private static final String REVOCATION =
      "update platform.user_sessions set revoked_at = now()"
          + " where id = ? and revoked_at is null returning id";

  private static final String ROLE_CHANGE =
      "update platform.users set updated_at = now(), role = case role"
          + " when 'viewer' then 'editor' when 'editor' then 'admin' else 'viewer' end"
          + " where id = ? and status = 'active' returning role";

  private static final String BAN =
      "update platform.users set status = 'disabled', updated_at = now()"
          + " where id = ? and status = 'active' returning id";

  private final SecureRandom tokens = new SecureRandom();
  private final Database database;
  private Connection connection;

  ChangeWriter(Database database) throws SQLException {
    this.database = database;
    this.connection = database.connect();
  }

  /**
   * Returns null when somebody else has ended the session before, so that nothing was changed.
   *
   * @throws SQLException when nobody knows whether it was changed; the next call connects anew
   */
  @Nullable Change apply(ChangeKind kind, SessionRef session) throws SQLException {
    if (connection.isClosed()) {
      connection = database.connect();
    }
    try {
      return made(kind, session);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private @Nullable Change made(ChangeKind kind, SessionRef session) throws SQLException {
    return switch (kind) {
      case ACTIVITY -> activity(session);
      case LOGIN -> login(session);
      case LOGOUT -> removal(kind, LOGOUT, session, session.id());
      case REVOCATION -> removal(kind, REVOCATION, session, session.id());
      case ROLE_CHANGE -> roleChange(session);
      case BAN -> removal(kind, BAN, session, session.userId());
    };
  }

  private @Nullable Change activity(SessionRef session) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(ACTIVITY)) {
      update.setObject(1, session.id());
      try (ResultSet row = update.executeQuery()) {
        return row.next()
            ? done(ChangeKind.ACTIVITY, session, Visible.requests(row.getLong(1)))
            : null;
      }
    }
  }

  private @Nullable Change login(SessionRef from) throws SQLException {
    UUID id = UUID.randomUUID();
    byte[] secret = new byte[32];
    tokens.nextBytes(secret);
    String token = HexFormat.of().formatHex(secret);
    try (PreparedStatement insert = connection.prepareStatement(LOGIN)) {
      insert.setObject(1, id);
      insert.setString(2, token);
      insert.setObject(3, from.id());
      try (ResultSet row = insert.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        OffsetDateTime expiresAt = row.getObject(1, OffsetDateTime.class);
        SessionRef session = new SessionRef(id, token, from.userId(), expiresAt.toInstant());
        return done(ChangeKind.LOGIN, session, Visible.present());
      }
    }
  }

  private @Nullable Change roleChange(SessionRef session) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(ROLE_CHANGE)) {
      update.setObject(1, session.userId());
      try (ResultSet row = update.executeQuery()) {
        return row.next()
            ? done(ChangeKind.ROLE_CHANGE, session, Visible.role(row.getString(1)))
            : null;
      }
    }
  }

  private @Nullable Change removal(ChangeKind kind, String sql, SessionRef session, UUID id)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, id);
      try (ResultSet row = update.executeQuery()) {
        return row.next() ? done(kind, session, Visible.gone()) : null;
      }
    }
  }

  /** In auto-commit mode Postgres answers a statement when it has committed. */
  private static Change done(
      ChangeKind kind, SessionRef session, Predicate<@Nullable String> visible) {
    return new Change(kind, session, visible, System.nanoTime());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
