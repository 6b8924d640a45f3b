package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.topic.KafkaClients;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the stream keeps outside of Postgres is lost or damaged: it ends up as Postgres is, and
 * nothing that was deleted is seen on the way. One stream for all tests; each leaves it running.
 */
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class LostStateIT {

  private Stack stack;
  private Path stateDir;
  private Pipeline pipeline;
  private int round;

  @BeforeAll
  void startStream(Stack stack, @TempDir Path stateDir) throws Exception {
    this.stack = stack;
    this.stateDir = stateDir;
    pipeline = new Pipeline(stack, "lost_state", stateDir);
    for (String user : List.of("ada", "bob", "cy")) {
      pipeline.user(user, "member");
    }
    pipeline.start();
  }

  @AfterAll
  void stopStream() throws Exception {
    pipeline.close();
  }

  /** One session that was deleted long ago: its guard has lapsed. */
  @BeforeEach
  void deleteOneLongAgo() {
    round++;
    for (String kind : List.of("kept", "revoked", "deleted", "long-gone")) {
      pipeline.session(kind + "-" + round, kind.equals("kept") ? "ada" : "bob");
      pipeline.awaitCached(kind + "-" + round);
    }
    delete("long-gone");
    pipeline.awaitGone("long-gone-" + round);
    pipeline.awaitQuiet();
    String key = pipeline.name + ":session:long-gone-" + round;
    pipeline.redis().del(pipeline.name + ":guard:{" + key + "}");
  }

  @Test
  void shouldReadAllAgainWhenTheOffsetsOfItsGroupsAreLost() {
    survives(
        () -> {
          deleteGroup(".project");
          deleteGroup(".apply");
        });
  }

  @Test
  void shouldRestoreFromKafkaWhenItsStateDirectoryIsGone() {
    survives(() -> files().forEach(LostStateIT::delete));
  }

  @Test
  void shouldRestoreFromKafkaWhenItsStateIsDamaged() {
    survives(
        () -> {
          List<Path> tables =
              files().stream().filter(file -> file.toString().endsWith(".sst")).toList();
          assertThat(tables).as("what can be damaged").isNotEmpty();
          tables.forEach(LostStateIT::truncate);
        });
  }

  @Test
  @Tag("soak")
  void shouldGoOnWhenTheBrokerWasKilled() {
    try (Sightings sightings = new Sightings(pipeline, "long-gone-" + round)) {
      stack.kafka().kill();
      changeAll();
      stack.kafka().start();

      awaitChanged();
      assertThat(sightings.number()).isZero();
    }
  }

  private void survives(Runnable loss) {
    pipeline.stop();
    changeAll();
    loss.run();
    try (Sightings sightings = new Sightings(pipeline, "long-gone-" + round)) {
      pipeline.start();

      awaitChanged();
      assertThat(sightings.number()).as("sightings of a deleted session").isZero();
    }
  }

  private void changeAll() {
    delete("deleted");
    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = 'revoked-"
            + round
            + "'");
    pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
  }

  private void awaitChanged() {
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
  }

  private void delete(String kind) {
    pipeline.execute(
        "delete from platform.user_sessions where token = '" + kind + "-" + round + "'");
  }

  private void deleteGroup(String suffix) {
    try (Admin admin = new KafkaClients(stack.kafkaBootstrapServers()).admin()) {
      await("the group is empty")
          .atMost(Pipeline.SOON)
          .ignoreExceptions()
          .until(
              () -> {
                admin.deleteConsumerGroups(List.of(pipeline.name + suffix)).all().get();
                return true;
              });
    }
  }

  /** All files of the state, directories behind what they hold. */
  private List<Path> files() {
    try (Stream<Path> files = Files.walk(stateDir)) {
      return files
          .filter(file -> !file.equals(stateDir))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void truncate(Path file) {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() / 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
