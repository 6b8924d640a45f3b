package dev.sessioncache.verify;

import dev.sessioncache.document.DocumentBuilder;
import dev.sessioncache.document.UnreadableRowException;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.JoinedColumns;
import dev.sessioncache.mapping.JoinedRow;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Makes {@link Expected} of the rows of a query. */
final class ExpectedRows {

  private final SessionMapping mapping;
  private final DocumentBuilder documents;
  private final LiveRule rule;
  private final Lanes lanes;
  private final JoinedColumns columns;

  ExpectedRows(SessionMapping mapping, int lanes) {
    this.mapping = mapping;
    this.documents = new DocumentBuilder(mapping);
    this.rule = new LiveRule(mapping);
    this.lanes = new Lanes(lanes);
    this.columns = new JoinedColumns(mapping);
  }

  /**
   * The select list.
   *
   * @param live the condition of a live session
   */
  String columns(String live) {
    return "%s, %s, s.xmin::text, u.xmin::text, coalesce(%s, false)"
        .formatted(mapping.sessions().sqlTexts("s"), mapping.users().sqlTexts("u"), live);
  }

  /** The primary key of the present row. */
  String id(ResultSet result) throws SQLException {
    return Objects.requireNonNull(result.getString(mapping.sessions().primaryKey().index() + 1));
  }

  /** What the present row says; empty when its token can't be part of a key. */
  Optional<Expected> read(ResultSet result) throws SQLException {
    JoinedRow row = columns.read(result, 1);
    int next = columns.count() + 1;
    String versions = result.getString(next) + ":" + result.getString(next + 1);
    boolean live = result.getBoolean(next + 2);
    String id = id(result);
    return mapping
        .key(row.session())
        .map(key -> expected(key, id, row.session(), row.user(), live, versions));
  }

  /** A session whose row can't be used, or is too large, is not cached. */
  private Expected expected(
      String key, String id, Row session, Row user, boolean live, String versions) {
    String userId = session.text(mapping.sessionUser());
    int lane = userId == null ? Expected.NO_LANE : lanes.of(userId);
    byte[] document = null;
    Instant liveUntil = Instant.MIN;
    if (live) {
      try {
        liveUntil = rule.liveUntil(session);
        document = documents.build(session, user);
      } catch (UnreadableRowException | DateTimeException e) {
        document = null;
      }
    }
    boolean usable = document != null && document.length <= LaneSettings.MAX_VALUE_BYTES;
    return new Expected(
        key, id, lane, usable ? document : null, liveUntil, versions + (live ? ":live" : ":ended"));
  }
}
