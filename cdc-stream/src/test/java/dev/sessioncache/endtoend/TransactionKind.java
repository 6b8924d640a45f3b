package dev.sessioncache.endtoend;

import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** What happens to sessions and users, and how often beside the others. */
enum TransactionKind {
  INSERT(20, t -> t.insert(t.place())),
  LOG_IN_ANEW(
      10,
      t -> {
        int place = t.place();
        t.delete(t.population().session(place));
        if (t.random().nextBoolean()) {
          t.population().replace(place);
        }
        t.insert(place);
      }),
  ACTIVITY(60, t -> t.touch(t.session())),
  REVOKE(8, t -> t.revoke(t.session())),
  DELETE(8, t -> t.delete(t.session())),
  EXPIRE(
      4,
      t ->
          t.execute(
              "update platform.user_sessions set expires_at = clock_timestamp() + ? * interval '1 ms'"
                  + " where id = ?",
              t.random().nextInt(-1_000, 6_000),
              t.session())),
  PROLONG(
      10,
      t ->
          t.execute(
              "update platform.user_sessions set expires_at = now() + interval '2 days', revoked_at = null"
                  + " where id = ?",
              t.session())),
  BAN(4, t -> t.execute("update platform.users set status = 'disabled' where id = ?", t.user())),
  UNBAN(12, t -> t.execute("update platform.users set status = 'active' where id = ?", t.user())),
  RENAME(
      8,
      t ->
          t.execute(
              "update platform.users set display_name = ? where id = ?",
              "Björk " + t.random().nextInt(1_000),
              t.user())),
  CHANGE_ROLE(
      6,
      t ->
          t.execute(
              "update platform.users set role = ? where id = ?",
              t.random().nextBoolean() ? "admin" : "editor",
              t.user())),
  ROTATE_TOKEN(
      5,
      t -> {
        int place = t.place();
        t.execute(
            "update platform.user_sessions set token = ? where id = ?",
            t.population().newToken(place),
            t.population().session(place));
      }),
  CHANGE_USER(
      6,
      t -> {
        UUID user = t.user();
        t.insertUser(user);
        t.execute("update platform.user_sessions set user_id = ? where id = ?", user, t.session());
      }),
  DELETE_USER(1, t -> t.execute("delete from platform.users where id = ?", t.user())),
  SEVERAL(
      6,
      t -> {
        for (int i = 0; i < 6; i++) {
          t.touch(t.session());
        }
        t.revoke(t.session());
      }),
  ROLL_BACK(
      6,
      t -> {
        t.touch(t.session());
        t.insert(t.place());
        t.delete(t.session());
        t.execute("update platform.users set role = 'phantom' where id = ?", t.user());
        t.connection().rollback();
      }),
  SAVEPOINT(
      6,
      t -> {
        UUID session = t.session();
        t.touch(session);
        Savepoint savepoint = t.savepoint();
        t.revoke(session);
        t.touch(t.session());
        if (t.random().nextBoolean()) {
          t.connection().rollback(savepoint);
        } else {
          t.connection().releaseSavepoint(savepoint);
        }
        t.touch(session);
      }),
  /** Written early, committed late: others overtake it. */
  LONG(
      2,
      t -> {
        t.revoke(t.session());
        t.touch(t.session());
        t.hold(300, 2_000);
        t.delete(t.session());
      }),
  COPY(
      1,
      t -> {
        int batch = t.random().nextInt(1_000_000);
        List<String> tokens = IntStream.range(0, 150).mapToObj(i -> "c" + batch + "-" + i).toList();
        t.population().tokens().addCold(tokens);
        t.copy(tokens);
      }),
  DELETE_COPIED(
      1,
      t ->
          t.execute(
              "delete from platform.user_sessions where id in (select id from platform.user_sessions"
                  + " where token like 'c%' order by last_activity_at limit 130)"));

  /** One transaction. */
  @FunctionalInterface
  interface Body {
    void run(Transaction transaction) throws SQLException, InterruptedException;
  }

  private static final int SUM = Arrays.stream(values()).mapToInt(kind -> kind.weight).sum();

  private final int weight;
  private final Body body;

  TransactionKind(int weight, Body body) {
    this.weight = weight;
    this.body = body;
  }

  static TransactionKind draw(Random random) {
    int left = random.nextInt(SUM);
    for (TransactionKind kind : values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights");
  }

  void run(Transaction transaction) throws SQLException, InterruptedException {
    body.run(transaction);
  }
}
