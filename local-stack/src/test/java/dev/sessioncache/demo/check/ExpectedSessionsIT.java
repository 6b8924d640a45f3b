package dev.sessioncache.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.DemoDatabase;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class ExpectedSessionsIT {

  private static final String ID = "00000000-0000-0000-0000-00000000000a";
  private static final String USER = "00000000-0000-0000-0000-00000000000b";

  private final Database database;

  ExpectedSessionsIT(Stack stack) throws Exception {
    this.database = DemoDatabase.create(stack, "expected_sessions", 4);
  }

  @Test
  void shouldHaveTheExactShapeWhenAllColumnsHaveValues() throws Exception {
    insert("'10.0.0.1'", "'curl'", "'{\"a\": {\"b\": [1.50, null]}}'", "'Ada'");

    ExpectedSession session = session();

    assertThat(new ObjectMapper().readTree(session.document()).toString())
        .isEqualTo(
            "{'id':'%s','user_id':'%s','ip_address':'10.0.0.1','user_agent':'curl',"
                .concat("'created_at':'2026-01-02T02:04:05.120000Z',")
                .concat("'last_activity_at':'2026-01-02T03:04:05.000000Z',")
                .concat("'expires_at':'2999-12-31T23:59:59.999999Z',")
                .concat("'request_count':9007199254740993,'data':{'a':{'b':[1.5,null]}},")
                .concat("'user':{'email':'a@b','display_name':'Ada','role':'admin'}}")
                .formatted(ID, USER)
                .replace('\'', '"'));
    assertThat(session.toString()).isEqualTo("session " + ID);
  }

  @Test
  void shouldHaveNullsWhenColumnsAreNull() throws Exception {
    insert("null", "null", "null", "null");

    assertThat(new ObjectMapper().readTree(session().document()).toString())
        .contains(
            "\"ip_address\":null,\"user_agent\":null,", "\"data\":null,", "\"display_name\":null,");
  }

  @Test
  void shouldPrintAnAddressAsPostgresDoesWhenItHasAMask() throws Exception {
    insert("'10.1.2.3/24'", "null", "null", "null");

    assertThat(session().document()).contains("\"10.1.2.3/24\"");
  }

  private ExpectedSession session() throws Exception {
    try (ExpectedSessions expected =
        new ExpectedSessions(database.connect(), new Budget(OffsetDateTime.MIN))) {
      return expected.withTokens(List.of("token-a")).get(0);
    }
  }

  private void insert(String address, String agent, String data, String name) throws Exception {
    DemoDatabase.execute(
        database,
        "insert into platform.users (id, email, display_name, role) values ('%s', 'a@b', %s, 'admin')"
            .formatted(USER, name));
    DemoDatabase.execute(
        database,
        """
        insert into platform.user_sessions (id, token, user_id, ip_address, user_agent, created_at,
          last_activity_at, expires_at, request_count, data)
        values ('%s', 'token-a', '%s', %s, %s, '2026-01-02 03:04:05.12+01',
          '2026-01-02 03:04:05+00', '2999-12-31 23:59:59.999999+00', 9007199254740993, %s)
        """
            .formatted(ID, USER, address, agent, data));
  }
}
