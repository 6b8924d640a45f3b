package dev.sessioncache.endtoend;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.postgresql.PGConnection;

/** What a transaction of the generator has to work with; the generator commits it. */
record Transaction(Connection connection, Random random, Population population) {

  private static final String INSERT_USER =
      "insert into platform.users (id, email, display_name, role) values (?, '', ?, 'viewer')"
          + " on conflict do nothing";
  private static final String INSERT_SESSION =
      "insert into platform.user_sessions (id, token, user_id, ip_address, user_agent, expires_at, data)"
          + " values (?, ?, ?, '10.0.0.1', 'test', now() + interval '1 day', '{\"cart\": [1, 2]}')"
          + " on conflict do nothing";

  /** Executes a statement; returns the number of rows. */
  int execute(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }

  int place() {
    return population.place(random);
  }

  UUID session() {
    return population.session(place());
  }

  UUID user() {
    return Population.userId(population.user(random));
  }

  void insert(int place) throws SQLException {
    UUID user = Population.userId(Population.userOf(place));
    insertUser(user);
    execute(INSERT_SESSION, population.session(place), population.token(place), user);
  }

  void insertUser(UUID user) throws SQLException {
    execute(INSERT_USER, user, "Ada " + random.nextInt(100));
  }

  void touch(UUID session) throws SQLException {
    execute(
        "update platform.user_sessions set last_activity_at = clock_timestamp() where id = ?",
        session);
  }

  void revoke(UUID session) throws SQLException {
    execute("update platform.user_sessions set revoked_at = now() where id = ?", session);
  }

  void delete(UUID session) throws SQLException {
    execute("delete from platform.user_sessions where id = ?", session);
  }

  /** Keeps its locks, while others commit. */
  void hold(int leastMillis, int mostMillis) throws InterruptedException {
    Thread.sleep(random.nextInt(leastMillis, mostMillis));
  }

  /** Inserts sessions of cold users by COPY. */
  void copy(List<String> tokens) throws SQLException {
    StringBuilder rows = new StringBuilder();
    for (String token : tokens) {
      UUID user =
          Population.userId(
              Population.HOT_USERS + random.nextInt(Population.USERS - Population.HOT_USERS));
      rows.append(Population.uuid(token) + "\t" + token + "\t" + user + "\t2099-01-01\n");
    }
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy platform.user_sessions (id, token, user_id, expires_at) from stdin",
              new StringReader(rows.toString()));
    } catch (IOException e) {
      throw new SQLException("the copy broke off", e);
    }
  }

  Savepoint savepoint() throws SQLException {
    return connection.setSavepoint();
  }
}
