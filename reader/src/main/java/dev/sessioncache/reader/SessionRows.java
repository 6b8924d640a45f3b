package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.document.DocumentBuilder;
import dev.sessioncache.document.Timestamps;
import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.Identifiers;
import dev.sessioncache.mapping.JoinedColumns;
import dev.sessioncache.mapping.JoinedRow;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.postgres.ServerClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one session of Postgres, and with it the position of the snapshot that shows it: one
 * statement sees one snapshot (<a
 * href="https://www.postgresql.org/docs/17/transaction-iso.html#XACT-READ-COMMITTED">Read
 * Committed</a>), and that is what {@code pg_current_snapshot()} in it tells. Thread-safe.
 */
final class SessionRows {

  /** Texts must be the same whatever the role's or the driver's own settings are. */
  static final String INIT =
      """
      set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set extra_float_digits = 1; set jit = off;
      set default_transaction_read_only = on; set statement_timeout = %d
      """;

  /**
   * A text that is no value of the column's type: see <a
   * href="https://www.postgresql.org/docs/17/errcodes-appendix.html">class 22</a>.
   */
  private static final Set<String> NO_SUCH_VALUE = Set.of("22P02", "22003", "22007", "22008");

  private static final String NOT_IN_ENCODING = "22021";

  /** Another row tells the time better than one that took this long. */
  private static final Duration SLOW = Duration.ofMillis(500);

  private static final int FIRST_COLUMN = 8;

  /** The clock of Postgres, and that of this machine at the same moment. */
  private record Read(ServerClock clock, long atMillis) {}

  private final SessionMapping mapping;
  private final TokenHash tokens;
  private final LiveRule rule;
  private final DocumentBuilder documents;
  private final String sql;

  /** Reads no row. */
  private final String probe;

  private final JoinedColumns columns;
  private volatile Read read;

  /** Asks for the time as well. */
  SessionRows(SessionMapping mapping, Connection connection) throws SQLException {
    this.mapping = mapping;
    this.tokens = mapping.settings().tokens();
    this.rule = new LiveRule(mapping);
    this.documents = new DocumentBuilder(mapping);
    this.read = time(connection);
    this.columns = new JoinedColumns(mapping);
    this.probe =
        "select from (select %s as token from %s limit 0) none where token = ?"
            .formatted(Identifiers.quote(mapping.token().name()), mapping.sessions().name().sql());
    this.sql =
        """
        select clock_timestamp(), pg_is_in_recovery(), pg_current_snapshot()::text,
               case when pg_is_in_recovery() then null
                    else left(pg_walfile_name(pg_current_wal_lsn()), 8) end,
               s.%s is not null and u.%s is not null, coalesce(%s, false), coalesce(%s, false), %s, %s
        from (select 1) as one
        left join %s s on s.%s = ?
        left join %s u on u.%s = s.%s
        """
            .formatted(
                Identifiers.quote(mapping.sessions().primaryKey().name()),
                Identifiers.quote(mapping.users().primaryKey().name()),
                rule.validSql(),
                rule.sql(),
                mapping.sessions().sqlTexts("s"),
                mapping.users().sqlTexts("u"),
                mapping.sessions().name().sql(),
                Identifiers.quote(mapping.token().name()),
                mapping.users().name().sql(),
                Identifiers.quote(mapping.users().primaryKey().name()),
                Identifiers.quote(mapping.sessionUser().name()));
  }

  private static Read time(Connection connection) throws SQLException {
    long nanos = System.nanoTime();
    long millis = System.currentTimeMillis();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return new Read(new ServerClock(ServerClock.of(row, 1).read(), nanos), millis);
    }
  }

  /**
   * The time of Postgres: of the last row that was read, carried on by our monotonic clock, and by
   * the clock of this machine where that has gone further, as when the machine was suspended: then
   * what is cached seems old, Postgres is asked, and tells its time.
   */
  Instant now() {
    Read last = read;
    Instant byMachine = last.clock.read().plusMillis(System.currentTimeMillis() - last.atMillis);
    Instant monotonic = last.clock.instant();
    return byMachine.isAfter(monotonic) ? byMachine : monotonic;
  }

  /**
   * Reads what is known of a token.
   *
   * @return empty when the token can't be one
   * @throws SessionUnavailableException when this server may be behind
   */
  Optional<SessionRow> read(Connection connection, String token) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, token, Types.OTHER);
      long nanos = System.nanoTime();
      long millis = System.currentTimeMillis();
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        told(new Read(new ServerClock(ServerClock.of(result, 1).read(), nanos), millis));
        if (result.getBoolean(2)) {
          throw new SessionUnavailableException(
              "DATABASE_URL names a replica, which may be behind: sessions are read of the primary");
        }
        return Optional.of(row(result, token));
      }
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if ((state.equals(NOT_IN_ENCODING) && token.indexOf('\0') >= 0)
          || (NO_SUCH_VALUE.contains(state) && !canBe(connection, token))) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether the column can hold it: else the failure was about something else. */
  private boolean canBe(Connection connection, String token) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(probe)) {
      statement.setObject(1, token, Types.OTHER);
      statement.execute();
      return true;
    } catch (SQLException e) {
      if (NO_SUCH_VALUE.contains(String.valueOf(e.getSQLState()))) {
        return false;
      }
      throw e;
    }
  }

  /** The time that was told is taken for that before the question: now is never too early. */
  private synchronized void told(Read next) {
    boolean slow = System.nanoTime() - next.clock.nanoTime() > SLOW.toNanos();
    if (!slow && next.clock.nanoTime() - read.clock.nanoTime() > 0) {
      read = next;
    }
  }

  private SessionRow row(ResultSet result, String token) throws SQLException {
    SnapshotPosition position =
        new SnapshotPosition(
            Integer.parseUnsignedInt(Objects.requireNonNull(result.getString(4)), 16),
            PgSnapshot.parse(Objects.requireNonNull(result.getString(3))));
    if (!result.getBoolean(5)) {
      return new SessionRow(null, null, null, Instant.MIN, position);
    }
    JoinedRow row = columns.read(result, FIRST_COLUMN);
    Row session = row.session();
    String userId = session.text(mapping.sessionUser());
    if (!result.getBoolean(6)) {
      return new SessionRow(null, userId, null, Instant.MIN, position);
    }
    byte[] document = documents.build(session, row.user());
    Instant expiresAt = Timestamps.instant(Objects.requireNonNull(session.text(mapping.expires())));
    // Postgres takes other spellings of a uuid or a number; Redis would keep a key for each.
    boolean live = result.getBoolean(7) && tokens.of(token).equals(session.text(mapping.token()));
    return new SessionRow(
        new Session(new String(document, UTF_8), expiresAt),
        userId,
        live ? document : null,
        live ? rule.liveUntil(session) : Instant.MIN,
        position);
  }
}
