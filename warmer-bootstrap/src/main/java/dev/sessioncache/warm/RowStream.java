package dev.sessioncache.warm;

import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query that selects the texts of the session's columns and then of the user's.
 * Closed with its statement.
 */
final class RowStream implements RowSource {

  private final Statement statement;
  private final String sql;
  private final int sessionColumns;
  private final int columns;
  private @Nullable ResultSet rows;

  RowStream(Statement statement, String sql, SessionMapping mapping) {
    this.statement = statement;
    this.sql = sql;
    this.sessionColumns = mapping.sessions().columns().size();
    this.columns = sessionColumns + mapping.users().columns().size();
  }

  @Override
  public @Nullable SessionRow next() throws SQLException {
    if (rows == null) {
      rows = statement.executeQuery(sql);
    }
    return rows.next() ? row(rows) : null;
  }

  private SessionRow row(ResultSet current) throws SQLException {
    @Nullable String[] texts = new @Nullable String[columns];
    for (int i = 0; i < columns; i++) {
      texts[i] = current.getString(i + 1);
    }
    Row session = column -> texts[column.index()];
    Row user = column -> texts[sessionColumns + column.index()];
    return new SessionRow(session, user);
  }
}
