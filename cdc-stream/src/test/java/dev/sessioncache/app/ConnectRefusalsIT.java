package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a capture that is to watch a connector does not begin with. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ConnectRefusalsIT {

  private final Pipeline pipeline;

  ConnectRefusalsIT(Stack stack, @TempDir Path directory) throws SQLException {
    this.pipeline = new Pipeline(stack, "connect_refusals", directory);
    pipeline.set("capture.engine", "connect");
  }

  @AfterEach
  void close() throws SQLException {
    pipeline.close();
  }

  /** The pipeline is one, so that its topics are made once. */
  @Test
  void shouldRefuseToStartWhenTheUserIsHiddenOrTheSlotOlderThanCapture() {
    assertEndsWith("REPLICA IDENTITY USING INDEX on a unique index of (id, user_id)");

    pipeline.execute("create unique index by_user on platform.user_sessions (id, user_id)");
    pipeline.execute("alter table platform.user_sessions replica identity using index by_user");
    pipeline.execute(
        "select pg_create_logical_replication_slot('" + pipeline.name + "', 'pgoutput')");
    assertEndsWith("there was a slot before capture");
  }

  private void assertEndsWith(String reason) {
    pipeline.start(Role.CAPTURE);
    await("ended").atMost(Pipeline.SOON).until(() -> pipeline.running().isDone());
    assertThatThrownBy(pipeline.running()::join).hasMessageContaining(reason);
    pipeline.stop();
  }
}
