package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A connector of Kafka Connect in the place of the embedded engine. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ConnectIT {

  /** With lists of columns, as docs/deploy/postgres/role.sql makes it. */
  private static final String PUBLICATION =
      """
      create publication session_cache_warmer for table
        platform.user_sessions (id, token, user_id, ip_address, user_agent, created_at,
          last_activity_at, expires_at, request_count, revoked_at, data),
        platform.users (id, email, display_name, role, status)
      """;

  private final Pipeline pipeline;
  private final ConnectWorker worker;

  ConnectIT(Stack stack, @TempDir Path directory) throws Exception {
    this.pipeline = new Pipeline(stack, "connect_it", directory.resolve("state"));
    this.worker = new ConnectWorker(pipeline, stack.kafkaBootstrapServers(), directory);
  }

  @BeforeEach
  void start() throws Exception {
    pipeline.execute("create unique index by_user on platform.user_sessions (id, user_id)");
    pipeline.execute("alter table platform.user_sessions replica identity using index by_user");
    pipeline.execute(PUBLICATION);
    pipeline.set("capture.engine", "connect");
    pipeline.set("staleness.bound", "5s");
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    for (String token : List.of("a1", "a2", "gone", "cascaded")) {
      pipeline.session(token, "ada");
    }
    pipeline.session("b1", "bob");
    worker.start();
    pipeline.start();
    awaitWaitsForTheSlot();
    worker.awaitAnswers();
    worker.create();
    awaitCached("a1");
  }

  private void awaitWaitsForTheSlot() {
    await("capture waits for the connector")
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              pipeline.throwIfEnded();
              return pipeline
                  .status("capture")
                  .map(status -> status.path("reason").asText().contains("has not made the slot"))
                  .orElse(false);
            });
  }

  private void awaitCached(String token) {
    await("session cached")
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              assertThat(worker.task()).doesNotStartWith("FAILED");
              return pipeline.cached(token).isPresent();
            });
  }

  @AfterEach
  void stop() throws Exception {
    worker.close();
    pipeline.close();
  }

  /** One run, since a worker takes its time to start. */
  @Test
  void shouldKeepTheCacheAsPostgresAndEndWhenTheSlotIsGone() throws Exception {
    pipeline.awaitAsInPostgres();

    changeAll();
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();

    long baseline = pipeline.baseline();
    worker.kill();
    pipeline.execute("update platform.user_sessions set request_count = request_count + 10");
    pipeline.session("while-down", "ada");
    worker.start();
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
    assertThat(pipeline.baseline()).isEqualTo(baseline);

    truncateAndFill();
    awaitFailed("TRUNCATE");
    beginAnew();
    assertThat(pipeline.baseline()).isGreaterThan(baseline);

    worker.kill();
    new SlotAdmin(pipeline).whileNobodyReads(attempt -> new SlotAdmin(pipeline).drop());
    await("capture ended").atMost(Pipeline.SOON).until(() -> pipeline.running().isDone());
    assertThatThrownBy(pipeline.running()::join)
        .hasMessageContaining("the slot is gone")
        .hasMessageContaining("stop the connector, reset its offsets");
    AtomicReference<long[]> marks = new AtomicReference<>(new long[0]);
    await("no watermark moves") // once what was under way has arrived
        .during(Duration.ofSeconds(1))
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              long[] now = pipeline.watermarks(Pipeline.LANES).toArray();
              return Arrays.equals(marks.getAndSet(now), now);
            });
  }

  /** The rows stay, and so does what is cached. */
  private void truncateAndFill() {
    pipeline.execute(
        """
        begin;
        create temporary table kept as select * from platform.user_sessions;
        truncate platform.user_sessions;
        insert into platform.user_sessions select * from kept;
        drop table kept;
        commit""");
  }

  private void awaitFailed(String why) {
    await("the task has failed")
        .atMost(Pipeline.SOON)
        .until(() -> worker.task().startsWith("FAILED"));
    assertThat(worker.task()).contains(why);
  }

  /** The steps of docs/connect.md, "A new baseline"; rows change meanwhile. */
  private void beginAnew() throws Exception {
    worker.stopConnector();
    pipeline.stop();
    pipeline.execute("delete from platform.user_sessions where token = 'while-down'");
    worker.deleteOffsets();
    pipeline.execute("update platform.user_sessions set request_count = 7 where token = 'a2'");
    SlotAdmin admin = new SlotAdmin(pipeline);
    admin.awaitNoReader();
    admin.drop();
    pipeline.session("between", "ada");
    pipeline.start();
    awaitWaitsForTheSlot();
    assertThat(pipeline.cached("while-down")).isPresent();
    worker.resumeConnector();
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
  }

  private void changeAll() {
    pipeline.session("new", "bob");
    pipeline.execute("update platform.user_sessions set request_count = 5 where token = 'a2'");
    pipeline.execute("update platform.user_sessions set revoked_at = now() where token = 'b1'");
    pipeline.execute("delete from platform.user_sessions where token = 'gone'");
    pipeline.user("eve", "member");
    pipeline.session("banned", "eve");
    pipeline.execute("update platform.users set status = 'banned' where display_name = 'eve'");
    pipeline.user("cy", "member");
    pipeline.execute(
        "update platform.user_sessions set user_id = '%s' where token = 'cascaded'"
            .formatted(Pipeline.uuid("cy")));
    pipeline.user("di", "member");
    pipeline.execute(
        "update platform.user_sessions set user_id = '%s' where token = 'a1'"
            .formatted(Pipeline.uuid("di")));
    pipeline.execute("delete from platform.users where display_name = 'cy'");
  }
}
