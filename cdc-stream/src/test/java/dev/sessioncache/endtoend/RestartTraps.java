package dev.sessioncache.endtoend;

import java.sql.SQLException;
import java.util.Random;

/** What may be lost or brought back by an app that was away. */
final class RestartTraps {

  static final Fault STALE_BACKLOG =
      new Fault("revocation behind a backlog, Redis emptied", RestartTraps::staleBacklog);
  static final Fault SLOT_DROPPED =
      new Fault("slot dropped while the app was stopped", RestartTraps::dropSlot);
  static final Fault SLOT_DROPPED_RUNNING =
      new Fault("slot dropped while the app runs", RestartTraps::dropSlotInUse);
  static final Fault TRUNCATED = new Fault("sessions truncated", RestartTraps::truncate);

  private static final String SLOTS =
      "select count(*) from pg_replication_slots where slot_name = '" + World.SLOT + "'";

  private static final String TOUCH_COLD =
      "update platform.user_sessions set last_activity_at = clock_timestamp() where id in"
          + " (select id from platform.user_sessions where token not like 'p_-%'"
          + " and token not like 'p1_-%' and token not like 'p2_-%' for update skip locked)";

  /** Updates that stand between what is to be cached and what takes it away again. */
  private static final int BACKLOG_ROUNDS = 6;

  private RestartTraps() {}

  private static void staleBacklog(World world, Random random) throws Exception {
    world.awaitBaseline();
    world.apps().main().forEach(App::stop);
    ServerFaults.flushRedis(world, random);
    world.commit(random, RestartTraps::touchHot);
    for (int i = 0; i < BACKLOG_ROUNDS; i++) {
      world.commit(random, t -> t.execute(TOUCH_COLD));
    }
    world.commit(random, RestartTraps::revokeHalf);
    Thread.sleep(world.goneForGood().toMillis() + 500);
    world.apps().main().forEach(App::start);
  }

  private static void touchHot(Transaction transaction) throws SQLException {
    for (int place = 0; place < Population.HOT_SESSIONS; place++) {
      transaction.insert(place);
      transaction.touch(transaction.population().session(place));
    }
  }

  private static void revokeHalf(Transaction transaction) throws SQLException {
    int revoked = 0;
    for (int place = 0; place < Population.HOT_SESSIONS; place += 2) {
      revoked +=
          transaction.execute(
              "update platform.user_sessions set revoked_at = now() where id = ?",
              transaction.population().session(place));
    }
    Proof.that(revoked > 0, "a session was revoked behind the backlog");
  }

  private static void dropSlot(World world, Random random) throws Exception {
    world.awaitBaseline(); // else a slot that was dropped before may not be there yet
    world.losesItsSlot();
    world.apps().main().forEach(App::kill);
    Proof.soon("the slot was dropped", () -> dropped(world));
    world.commit(random, RestartTraps::deleteSome);
    world.apps().main().forEach(App::start);
  }

  private static void deleteSome(Transaction transaction) throws SQLException {
    int deleted = 0;
    for (int i = 0; i < 8; i++) {
      deleted +=
          transaction.execute(
              "delete from platform.user_sessions where id = ?", transaction.session());
    }
    Proof.that(deleted > 0, "sessions were deleted while nobody kept the log");
  }

  private static void dropSlotInUse(World world, Random random) {
    world.losesItsSlot();
    Proof.soon("the slot was dropped", () -> dropped(world));
  }

  /** The reader of the slot comes back at once: whoever is first. */
  private static boolean dropped(World world) throws SQLException {
    String before = world.database().query(SLOTS);
    world
        .database()
        .execute(
            "select pg_terminate_backend(active_pid, 1000) from pg_replication_slots where"
                + " slot_name = '"
                + World.SLOT
                + "' and active; select pg_drop_replication_slot(slot_name) from"
                + " pg_replication_slots where slot_name = '"
                + World.SLOT
                + "'");
    return "1".equals(before);
  }

  private static void truncate(World world, Random random) throws Exception {
    world.commit(
        random,
        t -> {
          t.execute("set local lock_timeout = '20s'");
          t.execute("truncate platform.user_sessions");
          for (int place = 0; place < Population.SESSIONS; place++) {
            if (t.random().nextBoolean()) {
              t.population().replace(place);
            }
            t.insert(place);
          }
        });
  }
}
