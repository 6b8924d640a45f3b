package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.document.CopiedRow;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Identifiers;
import dev.sessioncache.mapping.JoinedColumns;
import dev.sessioncache.mapping.JoinedRow;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TokenHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The live sessions that a transaction sees, in the order of a warm: the most recently active
 * first, then by descending primary key. They are streamed, so they are never in memory as a whole;
 * what is open is closed with the connection. Used by the thread of one warm.
 */
final class LiveSessions {

  static final int FETCH_SIZE = 1000;

  private final Connection connection;
  private final SessionMapping mapping;
  private final String rate;
  private final String from;
  private final String activity;
  private final String id;
  private final JoinedColumns columns;

  LiveSessions(Connection connection, SessionMapping mapping, ActivityRate rate) {
    this.connection = connection;
    this.mapping = mapping;
    this.rate = rate.sql();
    this.from = new LiveRule(mapping).fromSql();
    this.activity = "s." + quoted(mapping.activity());
    this.id = "s." + quoted(mapping.sessions().primaryKey());
    this.columns = new JoinedColumns(mapping);
  }

  private static String quoted(Column column) {
    return Identifiers.quote(column.name());
  }

  /**
   * At most so many rows. The query runs at the first call; until the last row has been read the
   * connection can do nothing else.
   *
   * @param behind only what comes after this place; null for all
   */
  RowSource rows(long count, @Nullable Place behind) throws SQLException {
    String condition =
        behind == null
            ? ""
            : " and (%s, %s) < (%s, %s)"
                .formatted(activity, id, literal(behind.activity()), literal(behind.id()));
    CopyRows rows = new CopyRows(connection, sortedBeforeTexts(condition + order(count)));
    return () -> rows.next() ? row(rows) : null;
  }

  /**
   * Sorts what the rows hold and makes texts of the first ones, instead of sorting texts: the outer
   * query only projects, so the order stays.
   */
  private String sortedBeforeTexts(String conditionAndOrder) {
    List<Column> session = mapping.sessions().columns();
    List<Column> user = mapping.users().columns();
    String values =
        Stream.of(values(session, "s"), values(user, "u"), Stream.of(rate + " as rate"))
            .flatMap(each -> each)
            .collect(Collectors.joining(", "));
    String projected =
        Stream.of(copied(session, "s"), copied(user, "u"), Stream.of("rate"))
            .flatMap(each -> each)
            .collect(Collectors.joining(", "));
    return "select %s from (select %s %s) t".formatted(projected, values, from + conditionAndOrder);
  }

  /** The columns under names that differ between the tables. */
  private static Stream<String> values(List<Column> columns, String table) {
    return columns.stream()
        .map(column -> table + "." + quoted(column) + " as " + table + column.index());
  }

  private static Stream<String> copied(List<Column> columns, String table) {
    return columns.stream()
        .map(column -> new Column(table + column.index(), column.type(), column.index()))
        .map(column -> column.sqlCopied("t"));
  }

  /** Without a type, so that Postgres takes it for the column's own. */
  private String literal(String text) throws SQLException {
    return "'" + connection.unwrap(PGConnection.class).escapeLiteral(text) + "'";
  }

  /**
   * The versions of at most so many rows.
   *
   * @param upTo only what comes before this place, and the place itself; null for all
   */
  VersionSource versions(long count, @Nullable Place upTo) throws SQLException {
    String columns =
        "select %s, %s, %s, %s, s.xmin::text, u.xmin::text "
            .formatted(
                mapping.activity().sqlText("s"),
                mapping.sessions().primaryKey().sqlText("s"),
                mapping.token().sqlText("s"),
                rate);
    String condition = upTo == null ? "" : " and (%s, %s) >= (?, ?)".formatted(activity, id);
    PreparedStatement statement = prepare(columns + from + condition + order(count));
    if (upTo != null) {
      set(statement, upTo);
    }
    return new Cursor<>(statement, SessionVersion::of)::next;
  }

  /** The rows of these primary keys, by primary key. */
  Map<String, SessionRow> rows(List<String> ids) throws SQLException {
    Map<String, SessionRow> rows = new HashMap<>();
    if (ids.isEmpty()) {
      return rows;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(texts() + from + " and %s = any(?)".formatted(id))) {
      statement.setObject(1, arrayOf(ids), Types.OTHER);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          SessionRow row = row(result);
          rows.put(Place.of(row.session(), mapping).id(), row);
        }
      }
    }
    return rows;
  }

  private String texts() {
    return "select %s, %s, %s "
        .formatted(mapping.sessions().sqlTexts("s"), mapping.users().sqlTexts("u"), rate);
  }

  private String order(long count) {
    return " order by %s desc, %s desc limit %d".formatted(activity, id, count);
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setFetchSize(FETCH_SIZE);
    return statement;
  }

  /** As texts without a type, which Postgres takes for the columns' own. */
  private static void set(PreparedStatement statement, Place place) throws SQLException {
    statement.setObject(1, place.activity(), Types.OTHER);
    statement.setObject(2, place.id(), Types.OTHER);
  }

  /** See <a href="https://www.postgresql.org/docs/17/arrays.html#ARRAYS-INPUT">array input</a>. */
  private static String arrayOf(List<String> texts) {
    return texts.stream()
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }

  private SessionRow row(CopyRows rows) {
    int[] fields = rows.fields(columns.count());
    CopiedRow session = withoutToken(new CopiedRow(rows.message(), fields, 0));
    CopiedRow user = new CopiedRow(rows.message(), fields, mapping.sessions().columns().size());
    return new SessionRow(session, user, rows.float8());
  }

  /** The row with the hash in the place of the token, where tokens are hashed. */
  private CopiedRow withoutToken(CopiedRow session) {
    TokenHash tokens = mapping.settings().tokens();
    String token = tokens.isHash() ? session.text(mapping.token()) : null;
    return token == null ? session : session.with(mapping.token(), tokens.of(token));
  }

  private SessionRow row(ResultSet result) throws SQLException {
    return row(columns.read(result, 1), result.getDouble(columns.count() + 1));
  }

  private static SessionRow row(JoinedRow row, double rateOfIt) {
    return new SessionRow(row.session(), row.user(), rateOfIt);
  }

  /** Makes something of the present row of a result. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** The rows of a query that runs when the first is asked for. */
  private static final class Cursor<T> {

    private final PreparedStatement statement;
    private final Reading<T> reading;
    private @Nullable ResultSet rows;

    Cursor(PreparedStatement statement, Reading<T> reading) {
      this.statement = statement;
      this.reading = reading;
    }

    @Nullable T next() throws SQLException {
      if (rows == null) {
        rows = statement.executeQuery();
      }
      return Objects.requireNonNull(rows).next() ? reading.read(rows) : null;
    }
  }
}
