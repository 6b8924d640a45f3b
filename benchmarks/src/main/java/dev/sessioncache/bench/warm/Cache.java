package dev.sessioncache.bench.warm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.bench.Workbench;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Redis before a warm, and what there must be after it. */
final class Cache {

  private static final ScanArgs SESSIONS = ScanArgs.Builder.limit(5_000).match("session:*");
  private static final String SAMPLE =
      """
      select s.token, s.id, u.email from platform.user_sessions s join platform.users u on u.id = s.user_id
      order by s.last_activity_at desc limit 200
      """;

  private final Workbench bench;
  private final RedisCommands<String, String> redis;
  private final ObjectMapper json = new ObjectMapper();

  Cache(Workbench bench) {
    this.bench = bench;
    this.redis = bench.redis().sync();
  }

  void empty() {
    redis.flushall();
  }

  /**
   * Counts what is cached and reads some of it.
   *
   * @throws IllegalStateException when there is something else than so many sessions of Postgres
   */
  long require(long sessions) throws SQLException, IOException {
    long found = 0;
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<String> page = redis.scan(cursor, SESSIONS);
      found += page.getKeys().size();
      cursor = page;
    } while (!cursor.isFinished());
    if (found != sessions) {
      throw new IllegalStateException(
          "Redis holds %,d sessions, not %,d".formatted(found, sessions));
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
    String key = "session:" + token;
    String value = redis.get(key);
    JsonNode document = json.readTree(value == null ? "{}" : value);
    if (!document.path("id").asText().equals(id)
        || !document.at("/user/email").asText().equals(email)
        || redis.pttl(key) <= 0) {
      throw new IllegalStateException("the session " + id + " is not cached as it should be");
    }
  }
}
