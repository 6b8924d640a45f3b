package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker is frozen for longer than a consumer's session, while changes go on: both groups lose
 * their members, and nothing is lost or set back when it goes on.
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class BrokerPauseIT {

  private static final List<String> USERS = List.of("ada", "bob", "cy");
  private static final List<String> TOKENS = IntStream.range(0, 12).mapToObj(i -> "s" + i).toList();
  private static final int SESSION_TIMEOUT_SECONDS = 3;

  /** A heartbeat that waits in the broker's socket may come before the member is given up. */
  private static final int ATTEMPTS = 5;

  private Stack stack;
  private Pipeline pipeline;
  private TopicAdmin topics;

  @BeforeEach
  void start(Stack stack, @TempDir Path stateDir) throws Exception {
    this.stack = stack;
    pipeline = new Pipeline(stack, "broker_pause", stateDir);
    pipeline.set("kafka.session.timeout", SESSION_TIMEOUT_SECONDS + "s");
    topics = new TopicAdmin(stack, pipeline);
    for (String user : USERS) {
      pipeline.user(user, "member");
      pipeline.session("long-gone-" + user, user);
    }
    for (String token : TOKENS) {
      pipeline.session(token, USERS.get(TOKENS.indexOf(token) % USERS.size()));
    }
    pipeline.start();
    pipeline.awaitAsInPostgres();
    pipeline.execute("delete from platform.user_sessions where token like 'long-gone-%'");
    pipeline.awaitAsInPostgres();
  }

  @AfterEach
  void stop() throws Exception {
    stack.kafka().resume();
    topics.close();
    pipeline.close();
  }

  @Test
  void shouldEndAsPostgresIsWhenTheBrokerGivesItsMembersUp() throws Exception {
    Set<String> notGivenUp = new HashSet<>(Set.of("project", "apply"));
    try (NewestSeen seen = new NewestSeen(pipeline, TOKENS);
        Sightings sightings =
            new Sightings(pipeline, "long-gone-ada", "long-gone-bob", "long-gone-cy")) {
      for (int attempt = 0; attempt < ATTEMPTS && !notGivenUp.isEmpty(); attempt++) {
        Set<String> ofProject = topics.members("project");
        Set<String> ofApply = topics.members("apply");
        assertThat(ofProject).isNotEmpty();
        assertThat(ofApply).isNotEmpty();

        stack.kafka().pause();
        changeFor(2 * SESSION_TIMEOUT_SECONDS, attempt);
        stack.kafka().resume();

        pipeline.awaitQuiet();
        pipeline.awaitAsInPostgres();
        if (topics.members("project").stream().noneMatch(ofProject::contains)) {
          notGivenUp.remove("project");
        }
        if (topics.members("apply").stream().noneMatch(ofApply::contains)) {
          notGivenUp.remove("apply");
        }
      }
      assertThat(notGivenUp).as("groups whose members were never given up").isEmpty();
      seen.misses();
      assertThat(sightings.number()).as("sightings of deleted sessions").isZero();
    }
  }

  /** For longer than a session lasts; one session is deleted, all others change. */
  private void changeFor(int seconds, int attempt) throws InterruptedException {
    pipeline.execute("delete from platform.user_sessions where token = 's" + attempt + "'");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (int change = 0; System.nanoTime() < end; change++) {
      pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
      pipeline.execute("update platform.users set role = 'role-" + change + "'");
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
