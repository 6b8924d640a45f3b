package dev.sessioncache.demo.check;

import dev.sessioncache.demo.data.Database;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

/** The expected documents, for tests that need a cache that is right. */
public final class Documents {

  /** The document of a live session. */
  public record Live(String document, long millisLeft) {}

  private Documents() {}

  /** All live sessions by token. */
  public static Map<String, Live> allLive(Database database) throws SQLException {
    Map<String, Live> live = new HashMap<>();
    try (ExpectedSessions expected =
        new ExpectedSessions(database.connect(), new Budget(OffsetDateTime.MIN))) {
      expected.ofBudget(
          batch -> batch.forEach(s -> live.put(s.token(), new Live(s.document(), s.millisLeft()))));
    }
    return live;
  }
}
