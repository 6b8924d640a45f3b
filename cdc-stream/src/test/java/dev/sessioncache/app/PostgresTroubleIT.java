package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Postgres that crashes, and one that is busy with other things. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class PostgresTroubleIT {

  private static final int CRASHES = 2;
  private static final int CHANGES_BETWEEN = 300;

  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicInteger committed = new AtomicInteger();
  private Stack stack;
  private Pipeline pipeline;
  private CapturedRows captured;
  private SlotAdmin admin;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    this.stack = stack;
    pipeline = new Pipeline(stack, "trouble_" + number, stateDir);
    captured = new CapturedRows(pipeline);
    admin = new SlotAdmin(pipeline);
    pipeline.user("ada", "member");
    pipeline.session("first", "ada");
  }

  @AfterEach
  void closePipeline() throws Exception {
    enough.set(true);
    stack.postgres().start();
    pipeline.reconnect();
    captured.close();
    pipeline.close();
  }

  @Test
  void shouldLoseNothingWhenPostgresIsKilled() throws Exception {
    pipeline.start(Role.CAPTURE);
    captured.awaitQuiet();
    CompletableFuture<Void> writer = CompletableFuture.runAsync(this::changeRowsUntilEnough);
    for (int crash = 0; crash < CRASHES; crash++) {
      int before = committed.get();
      await("load")
          .atMost(Pipeline.SOON)
          .until(() -> committed.get() > before + CHANGES_BETWEEN || writer.isDone());
      stack.postgres().kill();
      stack.postgres().start();
      pipeline.reconnect();
    }
    int afterwards = committed.get();
    await("load again")
        .atMost(Pipeline.SOON)
        .until(() -> committed.get() > afterwards + CHANGES_BETWEEN || writer.isDone());
    enough.set(true);
    writer.join();

    captured.assertSameAsPostgres();
    assertThat(captured.versions()).isGreaterThanOrEqualTo(committed.get());
    assertThat(pipeline.awaitCapture("continued").path("complete").asBoolean()).isTrue();
    assertThat(captured.baselines()).as("a crash is no hole").isEqualTo(1);
  }

  /** However many readings fail meanwhile; and those of another role never end by it. */
  @Test
  void shouldWaitWhenPostgresIsAwayForLongerThanTheRetryLimit() throws Exception {
    pipeline.set("capture.retry.limit", "1");
    pipeline.start();
    pipeline.awaitCached("first");
    try (LoggedEvents events = new LoggedEvents()) {
      stack.postgres().stop();
      await("failures beyond the limit")
          .atMost(Pipeline.SOON)
          .until(() -> timesFailed() > 2 || pipeline.running().isDone());
      assertThat(pipeline.running()).isNotDone();
      assertThat(events.text()).as("a line for the first of them").containsOnlyOnce(server());
      assertThat(events.count("capture_failed")).isEqualTo(1);
      stack.postgres().start();
      pipeline.reconnect();
      await("told that it is back")
          .atMost(Pipeline.SOON)
          .until(() -> events.count("postgres_back") == 1);
    }
    pipeline.session("second", "ada");

    pipeline.awaitCached("second");
    captured.assertSameAsPostgres();
    assertThat(captured.baselines()).as("an outage is no hole").isEqualTo(1);
  }

  private double timesFailed() throws Exception {
    URI metrics = URI.create(pipeline.url().orElseThrow()).resolve("/metrics");
    String page =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
            .body();
    return page.lines()
        .filter(line -> line.startsWith("warmer_capture_failures_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private String server() {
    URI url = URI.create(pipeline.databaseUrl());
    return "server=\"Postgres at " + url.getHost() + ":" + url.getPort() + url.getPath() + "\"";
  }

  @Test
  void shouldNotKeepTheLogOfABusyNeighbour() throws Exception {
    String neighbour = stack.createDatabase(pipeline.name + "_busy");
    pipeline.start(Role.CAPTURE);
    captured.awaitQuiet();
    long before = admin.endOfLog();
    try (Connection connection = Pipeline.connect(neighbour);
        Statement statement = connection.createStatement()) {
      statement.execute("create table noise (text text storage external)");
      for (int i = 0; i < 8; i++) {
        statement.execute(
            "insert into noise select repeat(md5(i::text), 250) from generate_series(1, 1000) i");
      }
    }
    long noise = admin.endOfLog() - before;
    assertThat(noise).isGreaterThan(5_000_000);

    pipeline.execute("checkpoint"); // else Postgres tells once in 15 s what the slot may let go
    await("the noise is let go")
        .atMost(Pipeline.SOON)
        .until(() -> admin.retainedBytes() < noise / 5);
  }

  /** Inserts, changes and deletes, one transaction each; connects anew after each crash. */
  private void changeRowsUntilEnough() {
    int next = 0;
    while (!enough.get()) {
      try (Connection connection = pipeline.connect();
          Statement statement = connection.createStatement()) {
        while (!enough.get()) {
          next++;
          statement.execute(
              "insert into platform.user_sessions (id, token, user_id) values (gen_random_uuid(),"
                  + " 'crash-"
                  + next
                  + "', '"
                  + Pipeline.uuid("ada")
                  + "') on conflict do nothing");
          statement.execute(
              "update platform.user_sessions set request_count = request_count + 1 where token in"
                  + " ('first', 'crash-"
                  + next / 2
                  + "')");
          statement.execute(
              "delete from platform.user_sessions where token = 'crash-" + next / 3 + "'");
          committed.addAndGet(3);
        }
      } catch (SQLException e) {
        // Postgres has been killed, or is not back yet.
      }
    }
  }
}
