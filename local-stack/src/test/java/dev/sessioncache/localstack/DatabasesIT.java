package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class DatabasesIT {

  private final Stack stack;

  DatabasesIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void shouldMakeAnEmptyDatabaseWhenOneWithDataExists() throws Exception {
    String url = stack.createDatabase("with_data");
    Clients.sql(url, "CREATE TABLE session (id int)");

    String again = stack.createDatabase("with_data");

    assertThat(again).isEqualTo(url);
    assertThat(Clients.sql(again, "SELECT to_regclass('session')")).isEqualTo("null");
  }

  @Test
  void shouldDropTheReplicationSlotsWithTheDatabase() throws Exception {
    String url = stack.createDatabase("with_slot");
    Clients.sql(url, "SELECT pg_create_logical_replication_slot('changes', 'pgoutput')");

    stack.createDatabase("with_slot");

    assertThat(Clients.sql(stack.databaseUrl(), "SELECT count(*) FROM pg_replication_slots"))
        .isEqualTo("0");
  }

  @Test
  void shouldThrowOutWhoeverIsConnected() throws Exception {
    try (Connection connection = Clients.connect(stack.createDatabase("in_use"))) {
      stack.createDatabase("in_use");

      assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void shouldRefuseANameThatIsNotPlain() {
    assertThatThrownBy(() -> stack.createDatabase("a; DROP TABLE session"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lower-case");
  }
}
