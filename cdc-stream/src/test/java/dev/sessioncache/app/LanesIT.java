package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.lanes.WarmerLanes;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The number of lanes is changed while nothing runs, and nothing that was revoked comes back. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class LanesIT {

  private static final int OLD = 4;
  private static final int NEW = 8;
  private static final int SESSIONS = 40;

  private Pipeline pipeline;
  private Stack stack;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void runWithFourLanes(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    this.stack = stack;
    String name = "lanes_" + Math.floorMod(test.getDisplayName().hashCode(), 10_000);
    pipeline = new Pipeline(stack, name, stateDir);
    pipeline.set("lanes", Integer.toString(OLD));
    for (int i = 0; i < SESSIONS; i++) {
      pipeline.user("u" + i, "member");
      pipeline.session("s" + i, "u" + i);
    }
    pipeline.start();
    pipeline.awaitAsInPostgres();
    awaitCurrent(OLD);
  }

  @AfterEach
  void close() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldConvergeWithTheNewNumberWhenSessionsChangedMeanwhile() throws Exception {
    assertThat(lanes("--change-to", "8", "--yes")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("runs or stands by: stop all instances of the stream");
    long before = pipeline.baseline();
    pipeline.stop();
    changeRows();

    changeTo(NEW);

    assertThat(pipeline.watermarks(OLD)).containsOnly(0L);
    assertThat(failureOfAStart())
        .contains("have 8 partitions but lanes is 4: set lanes to 8, or change the topics");
    pipeline.set("lanes", Integer.toString(NEW));
    pipeline.start();
    awaitCurrent(NEW);
    pipeline.awaitAsInPostgres();
    assertThat(pipeline.cached("s0")).isEmpty();
    assertThat(pipeline.baseline()).isGreaterThan(before);
    pipeline.execute("update platform.user_sessions set revoked_at = now() where token = 's5'");
    pipeline.awaitGone("s5");
    assertShown(NEW);
  }

  /** As when it was killed behind each of its steps: the next run does what is left. */
  @Test
  @Tag("soak")
  void shouldCompleteWhenItIsRunAgain() throws Exception {
    pipeline.stop();
    changeRows();
    TopicAdmin.awaitNoMembers(stack, pipeline);

    int steps = 0;
    for (int code = ExitCode.FAILED; code != ExitCode.OK; steps++) {
      code =
          CommandRunner.run(command(new EndsAfter(steps)), arguments("--change-to", "8", "--yes"));
    }

    assertThat(steps).as("steps").isGreaterThan(4);
    pipeline.set("lanes", Integer.toString(NEW));
    pipeline.start();
    awaitCurrent(NEW);
    pipeline.awaitAsInPostgres();
    assertThat(pipeline.cached("s0")).isEmpty();
  }

  /**
   * A directory that was not there when the number was changed. By now the new changelogs have come
   * past the offsets up to which it holds the old ones, so Kafka Streams would go on from it.
   */
  @Test
  void shouldForgetAStateOfTheOldLanesWhenItComesBackLate(@TempDir Path other) throws Exception {
    pipeline.stop();
    changeTo(NEW);
    pipeline.set("lanes", Integer.toString(NEW));
    String late = pipeline.settings().getOrDefault("project.state.dir", "");
    pipeline.set("project.state.dir", other.toString());
    pipeline.start();
    pipeline.awaitAsInPostgres();
    for (int round = 0; round < 5; round++) {
      pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
    }
    pipeline.awaitAsInPostgres();
    pipeline.stop();
    TopicAdmin.awaitNoMembers(stack, pipeline);

    pipeline.set("project.state.dir", late);
    pipeline.start();
    awaitCurrent(NEW);
    pipeline.execute("update platform.users set role = 'late'");

    await("all sessions of all users")
        .atMost(Pipeline.SOON)
        .until(
            () -> pipeline.values().stream().filter(v -> v.contains("late")).count(),
            n -> n == SESSIONS);
  }

  @Test
  void shouldRefuseWhenAMemberOfAGroupIsAlive() throws Exception {
    pipeline.stop();
    TopicAdmin.awaitNoMembers(stack, pipeline);
    pipeline.start(Role.APPLY);
    try (TopicAdmin admin = new TopicAdmin(stack, pipeline)) {
      await("a member").atMost(Pipeline.SOON).until(() -> admin.members("apply").size() == 1);
    }

    assertThat(lanes("--change-to", "8", "--yes")).isEqualTo(ExitCode.FAILED);

    assertThat(err.toString())
        .contains("group " + pipeline.name + ".apply has 1 member: stop all instances");
  }

  private void changeRows() {
    pipeline.execute("update platform.user_sessions set revoked_at = now() where token = 's0'");
    pipeline.execute("delete from platform.user_sessions where token = 's1'");
    pipeline.execute("update platform.users set status = 'disabled' where email like 'u2@%'");
    pipeline.execute("update platform.user_sessions set request_count = 7 where token = 's3'");
    pipeline.session("made", "u4");
  }

  private void changeTo(int count) {
    TopicAdmin.awaitNoMembers(stack, pipeline);
    assertThat(lanes("--change-to", Integer.toString(count), "--yes"))
        .as(err.toString())
        .isEqualTo(ExitCode.OK);
  }

  private String failureOfAStart() {
    pipeline.start();
    try {
      pipeline.running().orTimeout(Pipeline.SOON.toSeconds(), TimeUnit.SECONDS).join();
      return "none";
    } catch (CompletionException e) {
      return e.toString(); // with its cause
    } finally {
      pipeline.stop();
    }
  }

  private void assertShown(int count) throws Exception {
    out.getBuffer().setLength(0);
    assertThat(lanes("--json")).isEqualTo(ExitCode.OK);
    JsonNode shown = new ObjectMapper().readTree(out.toString());
    assertThat(shown.path("lanes")).hasSize(count);
    assertThat(shown.path("lanes"))
        .allSatisfy(lane -> assertThat(lane.path("age_ms").isNumber()).isTrue());
    assertThat(shown.path("groups"))
        .allSatisfy(group -> assertThat(group.path("members").asInt()).isEqualTo(1));
    assertThat(shown.path("topics").findValuesAsText("name"))
        .contains(pipeline.name + ".changes", pipeline.name + ".project-lane-changelog");
    assertThat(lanes()).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("cleanup.policy=compact").contains("watermark");
  }

  private int lanes(String... options) {
    return CommandRunner.run(command(new PrintWriter(out, true)), arguments(options));
  }

  private CommandLine command(PrintWriter answer) {
    return new CommandLine(new WarmerLanes(CdcStream.sections()))
        .setOut(answer)
        .setErr(new PrintWriter(err, true));
  }

  private String[] arguments(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    pipeline.settings().forEach((name, value) -> arguments.add("--set=" + name + "=" + value));
    return arguments.toArray(String[]::new);
  }

  private void awaitCurrent(int lanes) {
    long now = pipeline.nowMillis();
    await("watermarks of " + lanes + " lanes")
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              pipeline.throwIfEnded();
              return pipeline.watermarks(lanes).allMatch(mark -> mark > now);
            });
  }

  /** Whoever writes to it after that many lines gets no further. */
  private static final class EndsAfter extends PrintWriter {

    private int left;

    EndsAfter(int lines) {
      super(Writer.nullWriter());
      this.left = lines;
    }

    @Override
    public void println(String line) {
      if (left-- == 0) {
        throw new IllegalStateException("killed");
      }
    }
  }
}
