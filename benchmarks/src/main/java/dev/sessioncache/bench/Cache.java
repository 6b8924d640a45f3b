package dev.sessioncache.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Redis before it is filled, and what there must be after it. */
public final class Cache {

  private static final int PAGE = 5_000;
  private static final String SAMPLE =
      """
      select s.token, s.id, u.email from platform.user_sessions s join platform.users u on u.id = s.user_id
      order by s.last_activity_at desc limit 200
      """;

  private final Workbench bench;
  private final RedisCommands<String, String> redis;
  private final String prefix;
  private final boolean withUser;
  private final ObjectMapper json = new ObjectMapper();

  private Cache(Workbench bench, String prefix, boolean withUser) {
    this.bench = bench;
    this.prefix = prefix;
    this.withUser = withUser;
    this.redis = bench.redis().sync();
  }

  /** Of documents, as we write them: a session with its user. */
  public static Cache ofDocuments(Workbench bench) {
    return new Cache(bench, "session:", true);
  }

  /**
   * Of rows of the table of sessions alone.
   *
   * @param prefix of the keys, before the token
   */
  public static Cache ofRows(Workbench bench, String prefix) {
    return new Cache(bench, prefix, false);
  }

  /** Empties all of Redis. */
  public void empty() {
    redis.flushall();
  }

  /** Sessions that are cached. */
  public long count() {
    long found = 0;
    ScanArgs sessions = ScanArgs.Builder.limit(PAGE).match(prefix + "*");
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<String> page = redis.scan(cursor, sessions);
      found += page.getKeys().size();
      cursor = page;
    } while (!cursor.isFinished());
    return found;
  }

  /**
   * Counts what is cached and reads some of it.
   *
   * @throws IllegalStateException when there is something else than so many sessions of Postgres
   */
  public long require(long count) throws SQLException, IOException {
    long found = count();
    if (found != count) {
      throw new IllegalStateException("Redis holds %,d sessions, not %,d".formatted(found, count));
    }
    try (Connection connection = bench.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SAMPLE)) {
      while (rows.next()) {
        requireValue(rows.getString(1), rows.getString(2), rows.getString(3));
      }
    }
    return found;
  }

  private void requireValue(String token, String id, String email) throws IOException {
    String key = prefix + token;
    String value = redis.get(key);
    JsonNode document = json.readTree(value == null ? "{}" : value);
    if (!document.path("id").asText().equals(id)
        || withUser && !document.at("/user/email").asText().equals(email)
        || redis.pttl(key) <= 0) {
      throw new IllegalStateException("the session " + id + " is not cached as it should be");
    }
  }
}
