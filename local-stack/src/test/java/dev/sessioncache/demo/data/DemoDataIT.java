package dev.sessioncache.demo.data;

import static dev.sessioncache.demo.data.DemoDatabase.execute;
import static dev.sessioncache.demo.data.DemoDatabase.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class DemoDataIT {

  private static final int SESSIONS = 20_000;
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final String FINGERPRINT =
      "select md5((select string_agg(s::text, '' order by s.id) from platform.user_sessions s)"
          + " || (select string_agg(u::text, '' order by u.id) from platform.users u))";

  private final Stack stack;
  private final Database database;

  DemoDataIT(Stack stack) {
    this.stack = stack;
    this.database = Database.at(stack.createDatabase("demo_data"));
  }

  @BeforeAll
  void create() throws Exception {
    assertThat(create(database, SESSIONS, 7).created()).isTrue();
  }

  @Test
  void shouldMakeTheSameRowsWhenSeedAndTimeAreTheSame() throws Exception {
    Database again = Database.at(stack.createDatabase("demo_data_again"));

    create(again, SESSIONS, 7);

    assertThat(query(again, FINGERPRINT)).isEqualTo(query(database, FINGERPRINT));
  }

  @Test
  void shouldMakeOtherRowsWhenTheSeedDiffers() throws Exception {
    Database other = Database.at(stack.createDatabase("demo_data_other"));

    create(other, SESSIONS, 8);

    assertThat(query(other, FINGERPRINT)).isNotEqualTo(query(database, FINGERPRINT));
  }

  @Test
  void shouldSkewActivityToTheRecentWhenSpreadOverThreeDays() throws Exception {
    // Log-uniform from 1 s to 259,200 s: half of it below sqrt(259,200) = 509 s.
    assertThat(share("last_activity_at > timestamptz '" + AT + "' - interval '509 seconds'"))
        .isBetween(0.48, 0.52);
    assertThat(share("last_activity_at < timestamptz '" + AT + "' - interval '3 days 1 second'"))
        .isZero();
  }

  @Test
  void shouldEndSomeSessionsAndUsersWhenCreated() throws Exception {
    assertThat(share("expires_at <= timestamptz '" + AT + "'")).isBetween(0.09, 0.11);
    assertThat(share("revoked_at is not null")).isBetween(0.04, 0.06);
    assertThat(share("user_id in (select id from platform.users where status = 'disabled')"))
        .isBetween(0.01, 0.03);
  }

  @Test
  void shouldGiveOneUserFiveHundredSessionsWhenThereAreEnough() throws Exception {
    String most =
        query(
            database,
            "select count(*) from platform.user_sessions group by user_id order by 1 desc");

    assertThat(Integer.parseInt(most)).isBetween(500, 520);
  }

  @Test
  void shouldLeaveTheRowsAloneWhenThereAreSome() throws Exception {
    String before = query(database, FINGERPRINT);

    DataState state = create(database, 100, 9);

    assertThat(state.created()).isFalse();
    assertThat(state.sessions()).isEqualTo(SESSIONS);
    assertThat(query(database, FINGERPRINT)).isEqualTo(before);
  }

  @Test
  void shouldRefuseWhenTheRowsAreNotOurs() throws Exception {
    Database foreign = Database.at(stack.createDatabase("demo_data_foreign"));
    execute(foreign, DemoScript.SCHEMA.text());
    execute(
        foreign,
        "insert into platform.users (id, email, role) values (gen_random_uuid(), 'a@b', 'admin')");

    assertThatExceptionOfType(ForeignDataException.class)
        .isThrownBy(() -> create(foreign, SESSIONS, 7))
        .withMessageContaining("not the demo's");
  }

  private static DataState create(Database database, int sessions, long seed)
      throws SQLException, ForeignDataException {
    try (Connection connection = database.connect()) {
      return new DemoData(sessions, seed).createIfEmpty(connection, AT);
    }
  }

  private double share(String condition) throws SQLException {
    return Double.parseDouble(
        query(database, "select avg((" + condition + ")::int) from platform.user_sessions"));
  }
}
