package dev.sessioncache.endtoend;

import dev.sessioncache.localstack.ChildProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** A warm that comes too late, and one that looks while a change is on its way. */
final class WarmTraps {

  static final Fault FROZEN = new Fault("warm frozen half way", WarmTraps::freeze);
  static final Fault OVERTAKEN =
      new Fault("warm between a change and its commit", WarmTraps::overtake);

  private static final int ATTEMPTS = 3;

  private static final String READING =
      "select 1 from pg_stat_activity where application_name = 'warmer-bootstrap' and backend_xmin"
          + " is not null";

  private static final String LIVE =
      """
      select s.id, s.user_id from platform.user_sessions s join platform.users u on u.id = s.user_id
      where s.revoked_at is null and s.expires_at > now() + interval '1 minute' and u.status = 'active'
      order by md5(s.id || ?) limit 4 for update of s skip locked
      """;

  private WarmTraps() {}

  /** There may be few sessions, and a warm of these that is too quick: then another is started. */
  private static void freeze(World world, Random random) throws Exception {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      ChildProcess warm = world.warm("--full", "--batch-size=2", "--pause=40ms", "--target=0");
      long started = world.clock().millis();
      warm.start();
      Proof.soon(
          "the warm reads", () -> !warm.isAlive() || world.database().query(READING) != null);
      Fault.last(random, 50, 200);
      warm.pause();
      if (warm.isAlive()) {
        Fault.last(random, 1_000, 2_500);
        warm.resume();
        world.awaitEnd(warm, started);
        return;
      }
    }
    throw new Proof.VoidRunException("no warm could be frozen half way");
  }

  /** The changes stand in the log before the snapshot of the warm, which does not see them. */
  private static void overtake(World world, Random random) throws Exception {
    world.awaitClaim(); // a baseline that is on its way would sweep what the trap leaves
    world.commit(
        random,
        transaction -> {
          List<UUID> live = live(transaction.connection(), random);
          transaction.revoke(live.get(0));
          transaction.delete(live.get(1));
          transaction.execute(
              "update platform.user_sessions set token = ? where id = ?",
              world.population().newToken(0),
              live.get(2));
          transaction.execute(
              "update platform.users set status = 'disabled' where id ="
                  + " (select user_id from platform.user_sessions where id = ?)",
              live.get(3));
          warmUp(world, random.nextInt(3) == 0 ? "--incremental" : "--full");
        });
    world.awaitClaim();
  }

  /** A warm may fail, and says so, when a server is slow to answer: then it is run again. */
  private static void warmUp(World world, String kind) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      ChildProcess warm = world.warm(kind, "--target=0");
      long started = world.clock().millis();
      warm.start();
      world.awaitEnd(warm, started);
      if (warm.exitCode() == 0) {
        return;
      }
      Proof.that(attempt < ATTEMPTS, "the warm has warmed: " + warm.logTail());
    }
  }

  private static List<UUID> live(Connection connection, Random random) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(LIVE)) {
      select.setString(1, Integer.toString(random.nextInt()));
      List<UUID> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getObject(1, UUID.class));
        }
      }
      Proof.that(ids.size() == 4, "there are live sessions to change");
      return ids;
    }
  }
}
