package dev.sessioncache.mapping;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The mapped columns of a session and then those of its user, as texts side by side in one row of a
 * query. What stands for the token is put in its place here: see {@link Row}. Immutable.
 */
public final class JoinedColumns {

  private final int ofSession;
  private final int count;
  private final int token;
  private final TokenHash tokens;

  public JoinedColumns(SessionMapping mapping) {
    this.ofSession = mapping.sessions().columns().size();
    this.count = ofSession + mapping.users().columns().size();
    this.token = mapping.token().index();
    this.tokens = mapping.settings().tokens();
  }

  /** How many there are of both. */
  public int count() {
    return count;
  }

  /**
   * Reads them of the present row, in which they begin at the given column, 1 being the first; of
   * the token only its hash is kept.
   */
  public JoinedRow read(ResultSet result, int first) throws SQLException {
    @Nullable String[] texts = new @Nullable String[count];
    for (int i = 0; i < count; i++) {
      texts[i] = result.getString(first + i);
    }
    String secret = texts[token];
    texts[token] = secret == null ? null : tokens.of(secret);
    return new JoinedRow(
        column -> texts[column.index()], column -> texts[ofSession + column.index()]);
  }
}
