package dev.sessioncache.verify;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Identifiers;
import dev.sessioncache.mapping.SessionKeys;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.warm.SnapshotReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of Postgres, each time in a REPEATABLE READ transaction of its own that ends with
 * the call: no snapshot is held for longer than a page takes. Used by one thread.
 */
final class PostgresSide {

  private static final Duration AT_MOST = Duration.ofMinutes(5);

  /** Class 22 of the error codes: a text that is no value of the column's type. */
  private static final String DATA_EXCEPTION = "22";

  private final Connection connection;
  private final SessionMapping mapping;
  private final ExpectedRows rows;
  private final LiveRule rule;
  private final SessionKeys keys;
  private final RowIds ids;

  /**
   * @param lanes among which sessions are spread
   */
  PostgresSide(Connection connection, SessionMapping mapping, int lanes) {
    this.connection = connection;
    this.mapping = mapping;
    this.rows = new ExpectedRows(mapping, lanes);
    this.rule = new LiveRule(mapping);
    this.keys = mapping.settings().keys();
    this.ids = new RowIds(mapping);
  }

  /**
   * What is asked for to know the rows of these keys.
   *
   * @param seen primary keys of rows that had one of them before
   */
  Sought sought(RedisLook held, Collection<String> seen) {
    Set<String> rowIds = new TreeSet<>(seen);
    if (keys.tokens().isHash()) {
      rowIds.addAll(ids.of(held.values().values()));
    }
    return new Sought(held.values().keySet(), rowIds);
  }

  /** Whether the values of keys have to be read to find their rows. */
  boolean needsValues() {
    return keys.tokens().isHash();
  }

  /** Reads something in a transaction. */
  private interface Reading<T> {
    T read(SnapshotReader snapshot) throws SQLException;
  }

  /** A page of live sessions, and where it ended. */
  record Page(PostgresLook look, @Nullable String last) {}

  /**
   * The live sessions that follow by primary key.
   *
   * @param behind the primary key of the last one before; null for the first
   * @return without a last one when these are the last
   */
  Page page(@Nullable String behind, int most, Share share) throws SQLException {
    String id = "s." + Identifiers.quote(mapping.sessions().primaryKey().name());
    String sql =
        "select %s %s%s%s order by %s limit %d"
            .formatted(
                rows.columns("true"),
                rule.fromSql(),
                behind == null ? "" : " and " + id + " > ?",
                share.isAll() ? "" : " and " + inShare(share),
                id,
                most);
    return inSnapshot(
        snapshot -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (behind != null) {
              statement.setObject(1, behind, Types.OTHER);
            }
            Map<String, Expected> found = new LinkedHashMap<>();
            String last = null;
            int read = 0;
            try (ResultSet result = statement.executeQuery()) {
              for (; result.next(); read++) {
                last = rows.id(result);
                rows.read(result).ifPresent(one -> found.put(one.key(), one));
              }
            }
            return new Page(look(found, snapshot), read < most ? null : last);
          }
        });
  }

  private String inShare(Share share) {
    return "(hashtextextended(%s, %d) & %d) < %d"
        .formatted(mapping.token().sqlText("s"), share.salt(), Share.RESOLUTION - 1, share.limit());
  }

  /** What the rows say about these keys, live or not. */
  PostgresLook look(Sought sought) throws SQLException {
    String sql =
        "select %s from %s s left join %s u on u.%s = s.%s where "
            .formatted(
                rows.columns("(" + rule.sql() + ")"),
                mapping.sessions().name().sql(),
                mapping.users().name().sql(),
                Identifiers.quote(mapping.users().primaryKey().name()),
                Identifiers.quote(mapping.sessionUser().name()));
    return find(
        sought,
        sql,
        (result, snapshot) -> {
          Map<String, Expected> found = new LinkedHashMap<>();
          while (result.next()) {
            rows.read(result).ifPresent(one -> found.put(one.key(), one));
          }
          return look(found, snapshot);
        });
  }

  /** Those of the keys that belong to live sessions. */
  Set<String> live(Sought sought) throws SQLException {
    String sql = "select %s %s and ".formatted(mapping.token().sqlText("s"), rule.fromSql());
    return find(
        sought,
        sql,
        (result, snapshot) -> {
          Set<String> live = new HashSet<>();
          while (result.next()) {
            String token = result.getString(1);
            keys.ofToken(token).ifPresent(live::add);
          }
          return live;
        });
  }

  /** About how many rows the table of the sessions has, by the last ANALYZE; 0 before the first. */
  long estimatedRows() throws SQLException {
    String sql = "select greatest(0, reltuples)::bigint from pg_class where oid = ?::regclass";
    return inSnapshot(
        snapshot -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, mapping.sessions().name().sql());
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? row.getLong(1) : 0L;
            }
          }
        });
  }

  /** Makes something of the rows that a query has found. */
  private interface Answer<T> {
    T of(ResultSet result, SnapshotReader snapshot) throws SQLException;
  }

  /**
   * By the column as it is, so that its index serves; a key that is no value of the column's type
   * makes Postgres refuse all, so then by its text.
   */
  private <T> T find(Sought sought, String sql, Answer<T> answer) throws SQLException {
    boolean byId = keys.tokens().isHash();
    Column column = byId ? mapping.sessions().primaryKey() : mapping.token();
    String name = "s." + Identifiers.quote(column.name());
    List<String> texts =
        byId
            ? List.copyOf(sought.ids())
            : sought.keys().stream().map(keys.template()::value).toList();
    try {
      return find(texts, sql + name + " = any(?)", answer);
    } catch (SQLException e) {
      if (e.getSQLState() == null || !e.getSQLState().startsWith(DATA_EXCEPTION)) {
        throw e;
      }
      return find(texts, sql + name + "::text = any(?)", answer);
    }
  }

  private <T> T find(List<String> texts, String sql, Answer<T> answer) throws SQLException {
    return inSnapshot(
        snapshot -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, literal(texts), Types.OTHER);
            try (ResultSet result = statement.executeQuery()) {
              return answer.of(result, snapshot);
            }
          }
        });
  }

  /** See <a href="https://www.postgresql.org/docs/17/arrays.html#ARRAYS-INPUT">array input</a>. */
  private static String literal(List<String> texts) {
    return texts.stream()
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }

  private <T> T inSnapshot(Reading<T> reading) throws SQLException {
    try {
      SnapshotReader snapshot = SnapshotReader.look(connection, AT_MOST);
      if (snapshot.ofStandby()) {
        throw new OperationException(
            "DATABASE_URL names a replica, which may be behind: verify compares with the primary");
      }
      return reading.read(snapshot);
    } finally {
      end();
    }
  }

  private void end() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is broken: what is read over it fails too, and tells the cause.
    }
  }

  private static PostgresLook look(Map<String, Expected> sessions, SnapshotReader snapshot) {
    return new PostgresLook(sessions, snapshot.position(), snapshot.clock());
  }
}
