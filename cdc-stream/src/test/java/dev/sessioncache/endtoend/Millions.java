package dev.sessioncache.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * Very many sessions that do not change, beside those of the generator. They are made past the
 * triggers, so that the ledger does not hold a million rows.
 */
final class Millions {

  /** Past the triggers, so that the ledger does not hold a million rows that never change. */
  private static final int AT_A_TIME = 100_000;

  private static final String USERS =
      """
      set session_replication_role = replica;
      insert into platform.users (id, email, display_name, role, status)
      select md5('u' || i)::uuid, 'quiet' || i || '@example.org', 'User ' || i, 'member', 'active'
      from generate_series(1, %d) i
      """;

  private static final String SESSIONS =
      """
      set session_replication_role = replica;
      insert into platform.user_sessions
        (id, token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at,
         request_count, data)
      select md5('s' || i)::uuid, 'm-' || md5(i::text) || i, md5('u' || 1 + i %% %1$d)::uuid, '10.0.0.1',
             'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0',
             now() - interval '23 hours', now() - i * interval '70 milliseconds',
             now() + interval '7 days', i %% 500,
             jsonb_build_object('n', i, 'theme', 'dark', 'cart', array[i, i + 1], 'locale', 'en')
      from generate_series(%2$d, %3$d) i
      """;

  private Millions() {}

  /** Makes so many sessions. */
  static void fill(SourceDatabase database, int sessions) throws SQLException {
    int users = sessions / 4;
    database.execute(USERS.formatted(users));
    for (int from = 1; from <= sessions; from += AT_A_TIME) {
      int to = Math.min(sessions, from + AT_A_TIME - 1);
      database.execute(SESSIONS.formatted(users, from, to));
    }
    database.execute("analyze platform.users, platform.user_sessions");
  }

  /** The Redis key of one of them, from 1. */
  static String key(int number) {
    return "session:m-" + md5(Integer.toString(number)) + number;
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until all lanes have published what they hold, and are well within the bound. */
  static void awaitLive(World world, Duration atMost, Duration bound) {
    Awaitility.await("the stream is live")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> world.oldestWatermark() > world.database().nowMillis() - bound.toMillis() / 2);
  }

  /** What the guarantees say of what a reader has seen, and of what Redis holds now. */
  static List<Violation> judge(World world, Observations observations) throws Exception {
    Evidence evidence = evidence(world, observations);
    List<Violation> violations = new ArrayList<>();
    for (Guarantee guarantee :
        List.of(
            new ConvergesToPostgres(),
            new NeverResurrects(),
            new NeverRegresses(),
            new KeepsItsWatermark(),
            new LeavesNoPhantom())) {
      violations.addAll(guarantee.judge(evidence));
    }
    return violations;
  }

  private static Evidence evidence(World world, Observations observations) throws SQLException {
    try (Connection connection = world.database().connect()) {
      return new Evidence(
          world,
          Ledger.read(connection),
          observations,
          Map.of(),
          new TopicLog(List.of()),
          Set.of(),
          List.of(),
          List.copyOf(world.warming()),
          true);
    }
  }
}
