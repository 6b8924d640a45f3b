package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Fault;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What capture writes into the log for a connector. */
@ExtendWith(StackExtension.class)
class LaneMessagesIT {

  /** It is written on capture's own thread, which would never let another take over. */
  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
  void shouldFailWhenPostgresIsFrozen(Stack stack) throws Exception {
    String database = stack.createDatabase("lane_messages");
    DatabaseUrl direct = DatabaseUrl.parse(database);
    try (FaultProxy proxy = new FaultProxy(direct.host(), direct.port());
        LaneMessages messages =
            new LaneMessages(
                PostgresConnections.open(
                    DatabaseUrl.parse(
                        database.replace(
                            direct.host() + ":" + direct.port(),
                            proxy.host() + ":" + proxy.port())),
                    "lane messages"),
                "test",
                2,
                Duration.ofSeconds(3))) {
      messages.pulse(true);
      proxy.set(Fault.blackhole());

      assertThatThrownBy(() -> messages.pulse(true)).isInstanceOf(SQLException.class);
      proxy.set(Fault.none());
    }
  }
}
