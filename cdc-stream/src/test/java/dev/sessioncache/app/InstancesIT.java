package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the lanes of an instance that has died stand still. The figures of docs/scaling.md:
 * {@code mvn verify -Psoak -Dit.test=InstancesIT}
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(600)
class InstancesIT {

  private static final Logger log = LoggerFactory.getLogger(InstancesIT.class);
  private static final int INSTANCES = 3;
  private static final int LANES = 6;
  private static final int ROUNDS = 3;
  private static final int SESSIONS = Integer.getInteger("sessions", 60_000);
  private static final Duration LONG = Duration.ofSeconds(120);

  @ParameterizedTest
  @CsvSource({"0, 3s", "1, 3s", "0, 10s"})
  void shouldTellHowLongLanesStandStill(
      String standbys, String sessionTimeout, Stack stack, @TempDir Path directory)
      throws Exception {
    String name = "instances_" + standbys + "_" + sessionTimeout;
    List<ChildProcess> instances = new ArrayList<>();
    try (Pipeline pipeline = new Pipeline(stack, name, directory)) {
      pipeline.set("lanes", Integer.toString(LANES));
      pipeline.set("project.standbys", standbys);
      pipeline.set("kafka.session.timeout", sessionTimeout);
      fill(pipeline);
      for (int i = 0; i < INSTANCES; i++) {
        Map<String, String> settings = new HashMap<>(pipeline.settings());
        settings.put("project.state.dir", directory.resolve("state-" + i).toString());
        instances.add(AppProcess.of(name + "-" + i, settings));
      }
      instances.forEach(ChildProcess::start);
      awaitLanes(pipeline);
      List<Long> millis = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        ChildProcess instance = instances.get(round % INSTANCES);
        instance.kill();
        millis.add(awaitLanes(pipeline).toMillis());
        instance.start();
        awaitLanes(pipeline);
        awaitMembers(pipeline, stack);
      }
      log.info(
          "instances: standbys {}, session timeout {}, {} sessions, after kill -9 all lanes after"
              + " {} ms",
          standbys,
          sessionTimeout,
          SESSIONS,
          millis);
      assertThat(pipeline.number("select count(*) from platform.user_sessions"))
          .isEqualTo(SESSIONS);
    } finally {
      instances.forEach(ChildProcess::close);
    }
  }

  private static void fill(Pipeline pipeline) {
    pipeline.execute(
        "insert into platform.users select md5('u' || i)::uuid, i || '@example.org', 'u', 'member',"
            + " 'active' from generate_series(1, 2000) i");
    pipeline.execute(
        "insert into platform.user_sessions (id, token, user_id, ip_address, user_agent, data)"
            + " select gen_random_uuid(), 't' || i, md5('u' || 1 + i % 2000)::uuid, '10.0.0.1',"
            + " 'test', '{}' from generate_series(1, "
            + SESSIONS
            + ") i");
  }

  private static void awaitMembers(Pipeline pipeline, Stack stack) {
    try (TopicAdmin admin = new TopicAdmin(stack, pipeline)) {
      await("all are members again")
          .atMost(LONG)
          .until(() -> admin.members("project").size() == INSTANCES);
    }
  }

  /** Until everything committed before this call has been applied in every lane. */
  private static Duration awaitLanes(Pipeline pipeline) {
    long begin = System.nanoTime();
    long now = pipeline.nowMillis();
    await("all lanes")
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> pipeline.watermarks(LANES).allMatch(mark -> mark > now));
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
