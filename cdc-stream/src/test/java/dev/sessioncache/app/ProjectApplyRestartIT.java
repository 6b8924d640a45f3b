package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that run project and apply are killed, frozen and started again, and lose their state
 * or offsets. The cache ends as Postgres is, and what was deleted is never seen again.
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class ProjectApplyRestartIT {

  private static final int USERS = 20;
  private static final int SESSIONS = 400;
  private static final int DELETED = 50;

  private Path directory;
  private Stack stack;
  private Pipeline pipeline;
  private String name;

  @BeforeEach
  void makeRows(Stack stack, @TempDir Path directory, TestInfo test) throws Exception {
    this.directory = directory;
    this.stack = stack;
    name = "restart_" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
    pipeline = new Pipeline(stack, name, directory.resolve("unused"));
    for (int i = 0; i < USERS; i++) {
      pipeline.user("u" + i, "member");
    }
    for (int i = 0; i < SESSIONS; i++) {
      pipeline.session("s" + i, "u" + i % USERS);
    }
  }

  @AfterEach
  void close() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldEndAsPostgresIsWhenTheStateIsDamagedWhileStopped() throws Exception {
    try (ChildProcess app = app("app")) {
      app.start();
      awaitExact();
      app.kill();
      deleteSome();

      assertThat(damage(directory.resolve("app"))).as("damaged files").isPositive();
      app.start();

      neverSeenUntilExact();
      assertNoticed(app, "state_damaged");
    }
  }

  @Test
  void shouldEndAsPostgresIsWhenTheOffsetsAreDeletedWhileStopped() throws Exception {
    try (ChildProcess app = app("app")) {
      app.start();
      awaitExact();
      deleteSome();
      awaitExact();
      app.kill();

      deleteGroups();
      app.start();

      neverSeenUntilExact();
      assertNoticed(app, "lane_reads_again");
    }
  }

  @Test
  void shouldEndAsPostgresIsWhenOffsetsAndStateAreLost() throws Exception {
    try (ChildProcess app = app("app")) {
      app.start();
      awaitExact();
      deleteSome();
      awaitExact();
      app.kill();

      deleteGroups();
      assertThat(damage(directory.resolve("app"))).as("damaged files").isPositive();
      app.start();

      neverSeenUntilExact();
      assertNoticed(app, "lane_reads_again");
    }
  }

  /** Each is frozen for longer than its session lasts, so it wakes up as a zombie. */
  @Test
  void shouldEndAsPostgresIsWhenThreeInstancesAreKilledAndFrozenUnderLoad() throws Exception {
    Random random = new Random();
    try (ChildProcess capture = app("capture", "capture");
        ChildProcess first = app("first", "project", "apply");
        ChildProcess second = app("second", "project", "apply");
        ChildProcess third = app("third", "project", "apply")) {
      List<ChildProcess> workers = List.of(first, second, third);
      capture.start();
      workers.forEach(ChildProcess::start);
      awaitExact();
      deleteSome();
      awaitExact();
      AtomicBoolean ended = new AtomicBoolean();
      CompletableFuture<Void> load = CompletableFuture.runAsync(() -> change(random, ended));
      CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> neverSeen(ended));
      try {
        for (ChildProcess worker : workers) {
          worker.pause();
          TimeUnit.SECONDS.sleep(12); // longer than the session timeout: what is tested
          worker.resume();
          worker.kill();
          assertThat(worker.isAlive()).isFalse();
          worker.start();
        }
      } finally {
        ended.set(true);
      }
      load.get(30, TimeUnit.SECONDS);
      reader.get(30, TimeUnit.SECONDS);
      awaitExact();
    }
  }

  private ChildProcess app(String process, String... roles) {
    Map<String, String> settings = new HashMap<>(pipeline.settings());
    settings.put("project.state.dir", directory.resolve(process).toString());
    return AppProcess.of(name + "-" + process, settings, roles);
  }

  private void change(Random random, AtomicBoolean ended) {
    while (!ended.get()) {
      pipeline.execute(
          "update platform.user_sessions set request_count = request_count + 1 where token = 's"
              + random.nextInt(SESSIONS)
              + "'");
      if (random.nextInt(20) == 0) {
        pipeline.execute(
            "update platform.users set role = 'role-"
                + random.nextInt(100)
                + "' where id = '"
                + Pipeline.uuid("u" + random.nextInt(USERS))
                + "'");
      }
    }
  }

  private void deleteSome() {
    for (int i = 0; i < DELETED; i++) {
      pipeline.execute("delete from platform.user_sessions where token = 's" + i + "'");
    }
  }

  private void deleteGroups() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrapServers()))) {
      for (String group : List.of(name + ".project", name + ".apply")) {
        await("group is empty, and deleted")
            .atMost(Pipeline.SOON)
            .until(() -> isDeleted(admin, group));
      }
    }
  }

  /** A killed member stays in its group until its session ends. */
  private static boolean isDeleted(Admin admin, String group) throws InterruptedException {
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(GroupNotEmptyException.class);
      return false;
    }
  }

  /** Cuts every file of RocksDB in half; returns how many. */
  private static long damage(Path state) throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("rocksdb"))
          .filter(ProjectApplyRestartIT::cut)
          .count();
    }
  }

  private static boolean cut(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      boolean cut = channel.size() > 1;
      channel.truncate(channel.size() / 2);
      return cut;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void neverSeenUntilExact() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    pipeline.awaitGone("s0"); // it may have been deleted while nobody was at work
    for (int i = 1; i < DELETED; i++) {
      pipeline.awaitGone("s" + i);
    }
    CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> neverSeen(ended));
    pipeline.awaitQuiet();
    awaitExact();
    ended.set(true);
    reader.get(30, TimeUnit.SECONDS);
  }

  /** Without it the fault would not have been one. */
  private static void assertNoticed(ChildProcess app, String event) throws IOException {
    assertThat(Files.readString(app.log())).contains("event=" + event);
  }

  private void neverSeen(AtomicBoolean ended) {
    while (!ended.get()) {
      for (int i = 0; i < DELETED; i++) {
        assertThat(pipeline.cached("s" + i)).as("deleted session s" + i).isEmpty();
      }
    }
  }

  private void awaitExact() throws Exception {
    await("cache is as Postgres is")
        .atMost(Pipeline.SOON.multipliedBy(2))
        .untilAsserted(() -> assertThat(cached()).isEqualTo(expected()));
  }

  private Map<String, String> expected() throws Exception {
    Map<String, String> rows = new TreeMap<>();
    try (Statement statement = pipeline.sql.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select token, request_count || ' ' || role from platform.user_sessions s"
                    + " join platform.users u on u.id = s.user_id")) {
      while (row.next()) {
        rows.put(row.getString(1), row.getString(2));
      }
    }
    return rows;
  }

  private Map<String, String> cached() {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < SESSIONS; i++) {
      String token = "s" + i;
      pipeline
          .cached(token)
          .ifPresent(
              document ->
                  values.put(
                      token,
                      document.path("request_count").asText()
                          + " "
                          + document.path("user").path("role").asText()));
    }
    return values;
  }
}
