package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.apply.EntryRecords;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.replay.Replay;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.TopicPresence;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A replay of what the real pipeline has put into the log. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ReplayIT {

  private static final String CHANGES = "--from=changes";
  private static final int SESSIONS = 300;
  private static final long LEASE_MILLIS = 300_000;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Stack stack;
  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    this.stack = stack;
    this.pipeline =
        new Pipeline(
            stack, "replay_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000), stateDir);
  }

  @AfterEach
  void closePipeline() throws Exception {
    stack.postgres().start();
    pipeline.reconnect();
    pipeline.close();
  }

  @Test
  void shouldRebuildAnEmptyRedisWithoutPostgres() throws Exception {
    fill();
    Map<String, String> before = values();
    pipeline.stop();
    stack.postgres().stop();
    pipeline.redis().flushall();

    Set<String> seen = new ConcurrentSkipListSet<>();
    JsonNode report;
    try (AutoCloseable reader = readAllTheTime(stack.redisUrl(), "gone", true, seen)) {
      report = replayed();
    }

    assertThat(values()).isEqualTo(before);
    assertThat(seen).as("sessions that are gone").isEmpty();
    assertThat(report.path("put").asInt()).isEqualTo(before.size());
    assertThat(report.path("state").asText()).isEqualTo("done");
    for (String key : before.keySet()) {
      assertThat(pipeline.redis().pttl(key)).isBetween(1L, LEASE_MILLIS);
    }
    assertThat(pipeline.keys()).noneMatch(key -> key.contains(":watermark:"));
  }

  @Test
  void shouldRemoveOnlyWhatTheLogDoesNotKnow() throws Exception {
    fill();
    Map<String, String> before = values();
    String ghost = key("ghost");
    String guarded = key("gone1");
    pipeline.redis().set(ghost, "{}");
    pipeline.redis().set(guarded, "{}");
    pipeline.redis().set(pipeline.name + "-other:thing", "theirs");

    assertThat(replayed("--keep-orphans").path("orphans_kept").asText())
        .isEqualTo("--keep-orphans");
    assertThat(pipeline.redis().get(ghost)).isEqualTo("{}");

    assertThat(replayed().path("orphans").asInt()).isPositive();
    assertThat(values()).isEqualTo(before);
    assertThat(pipeline.redis().get(pipeline.name + "-other:thing")).isEqualTo("theirs");
    assertThat(pipeline.keys()).anyMatch(key -> key.contains(":watermark:"));
    pipeline.redis().del(pipeline.name + "-other:thing");
  }

  @Test
  void shouldLeaveRedisAsPostgresBesideALiveStream() throws Exception {
    fill();
    AtomicBoolean done = new AtomicBoolean();
    Thread changes =
        new Thread(
            () -> {
              for (int i = 0; !done.get(); i++) {
                int one = i % SESSIONS;
                pipeline.execute(
                    "update platform.user_sessions set request_count = request_count + 1 where"
                        + " token = 's"
                        + one
                        + "'");
                if (i % 7 == 0) {
                  pipeline.execute(
                      "update platform.user_sessions set revoked_at = now() where token = 's"
                          + one
                          + "'");
                  pipeline.session("new" + i, "ada");
                }
              }
            },
            "changes");
    changes.start();
    for (int i = 0; i < 3; i++) {
      replayed();
    }
    pipeline.redis().flushall();
    replayed();
    done.set(true);
    changes.join();

    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
  }

  @Test
  @Tag("soak")
  void shouldFillASecondRedisThatItsApplyKeepsCurrent() throws Exception {
    fill();
    try (LocalRedis second = LocalRedis.start(RedisVersion.V6_2);
        RedisClient client = RedisClient.create(second.url())) {
      RedisClusterCommands<String, String> redis = client.connect().sync();
      JsonNode report = replayed("--target=" + second.url(), "--set", "apply.group=second");

      assertThat(values(redis)).isEqualTo(values());
      assertThat(report.path("group").asText()).isEqualTo(pipeline.name + ".second");

      Map<String, String> settings = new LinkedHashMap<>(pipeline.settings());
      settings.remove("database.url");
      settings.put("redis.url", second.url());
      settings.put("apply.group", "second");
      Set<String> missed = new ConcurrentSkipListSet<>();
      try (SecondApply apply = new SecondApply(settings);
          AutoCloseable reader = readAllTheTime(second.url(), "s5", false, missed)) {
        pipeline.execute("update platform.user_sessions set revoked_at = now() where token = 's1'");
        apply.awaitGone(redis, key("s1"));
        pipeline.awaitGone("s1");
        pipeline.awaitQuiet();
        apply.awaitSame(() -> values(redis), this::values);
      }
      assertThat(missed).as("sessions that were away for a moment").isEmpty();
      pipeline.execute("update platform.user_sessions set revoked_at = now() where token = 's2'");
      pipeline.awaitGone("s2");
      try (SecondApply apply = new SecondApply(settings)) {
        apply.awaitGone(redis, key("s2"));
        apply.awaitSame(() -> values(redis), this::values);
      }
    }
  }

  @Test
  void shouldLeaveWhatTheLogDoesNotKnowWhileALaneHasNotPublished() throws Exception {
    try (Admin admin = new KafkaClients(stack.kafkaBootstrapServers()).admin()) {
      admin
          .createTopics(
              List.of(new NewTopic(pipeline.name + ".entries", Pipeline.LANES, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
      TopicPresence.await(admin, pipeline.name + ".entries", true);
    }
    pipeline.redis().set(key("warmed"), "{}");

    assertThat(replayed().path("orphans_kept").asText()).contains("has not published");
    assertThat(pipeline.redis().get(key("warmed"))).isEqualTo("{}");
  }

  @Test
  void shouldRebuildStateAndEntriesFromTheChanges() throws Exception {
    fill();
    Map<String, String> before = values();
    assertRefused(1, run(pipeline.settings(), CHANGES), "stop all instances");
    pipeline.stop();
    TopicAdmin.awaitNoMembers(stack, pipeline);
    damageEntries();
    pipeline.redis().flushall();

    JsonNode report = replayed(CHANGES);

    assertThat(values()).isEqualTo(before);
    assertThat(report.path("put").asInt()).isEqualTo(before.size());
    assertThat(report.path("group").asText()).isEqualTo(pipeline.name + ".apply");
    pipeline.execute("update platform.users set role = 'auditor' where email = 'bob@example.org'");
    pipeline.start();
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
    assertThat(pipeline.cached("s1").orElseThrow().path("user").path("role").asText())
        .isEqualTo("auditor");
  }

  /** A session that never was, and a wrong document. */
  private void damageEntries() throws Exception {
    try (Producer<String, byte[]> producer =
        new KafkaClients(stack.kafkaBootstrapServers()).producer()) {
      for (String token : List.of("s1", "phantom")) {
        for (int lane = 0; lane < Pipeline.LANES; lane++) {
          producer
              .send(
                  EntryRecords.produced(
                      pipeline.name + ".entries", lane, EntryRecords.put(key(token), 1 << 30)))
              .get(10, TimeUnit.SECONDS);
        }
      }
    }
  }

  @Test
  void shouldSayInOneLineWhatIsWrong() throws Exception {
    assertRefused(1, run(settings("topics.prefix", pipeline.name + "-none")), "no topic", "-none");
    pipeline.start();
    pipeline.baseline();
    pipeline.stop();
    assertRefused(1, run(settings("lanes", "3")), "2 partitions", "lanes is 3");
    assertRefused(1, run(settings("redis.url", "redis://127.0.0.1:1")), "Redis at");
    assertRefused(1, run(settings("kafka.bootstrap.servers", "127.0.0.1:1")), "Kafka");
    assertRefused(2, run(pipeline.settings(), "--target=http://user:canary@h"), "--target");
    assertRefused(2, run(pipeline.settings(), "--threads=0"), "--threads");
    pipeline.redis().configSet("maxmemory-policy", "allkeys-lru");
    try {
      assertRefused(1, run(pipeline.settings()), "allkeys-lru");
    } finally {
      pipeline.redis().configSet("maxmemory-policy", "noeviction");
    }
  }

  /** Live sessions, and some that were revoked, deleted, or have ended. */
  private void fill() {
    pipeline.user("ada", "admin");
    pipeline.user("bob", "member");
    pipeline.start();
    for (int i = 0; i < SESSIONS; i++) {
      pipeline.session("s" + i, i % 3 == 0 ? "ada" : "bob");
    }
    for (int i = 0; i < 30; i++) {
      pipeline.session("gone" + i, i % 2 == 0 ? "ada" : "bob");
    }
    pipeline.awaitAsInPostgres();
    pipeline.execute(
        """
        update platform.user_sessions set request_count = request_count + 1;
        update platform.user_sessions set revoked_at = now() where token like 'gone1%';
        delete from platform.user_sessions where token like 'gone2%';
        update platform.user_sessions set expires_at = now() - interval '1 minute' where token in
          (select token from platform.user_sessions where token like 'gone%' and revoked_at is null)
        """);
    pipeline.awaitQuiet();
    pipeline.awaitAsInPostgres();
  }

  private String key(String token) {
    return pipeline.name + ":session:" + token;
  }

  private Map<String, String> values() {
    return values(pipeline.redis());
  }

  private Map<String, String> values(RedisClusterCommands<String, String> redis) {
    Map<String, String> values = new TreeMap<>();
    for (String key : redis.keys(key("*"))) {
      String value = redis.get(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  /** Notes each session whose token begins so and that is there, or is not, at any moment. */
  private AutoCloseable readAllTheTime(String url, String tokens, boolean there, Set<String> seen) {
    AtomicBoolean done = new AtomicBoolean();
    RedisClient client = RedisClient.create(url);
    RedisClusterCommands<String, String> redis = client.connect().sync();
    Thread reader =
        new Thread(
            () -> {
              while (!done.get()) {
                for (int i = 0; i < 10; i++) {
                  if ((redis.get(key(tokens + i)) != null) == there) {
                    seen.add(tokens + i);
                  }
                }
              }
            },
            "reader");
    reader.start();
    return () -> {
      done.set(true);
      reader.join();
      client.shutdown();
    };
  }

  private JsonNode replayed(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add("--json");
    arguments.add("--quiet");
    int exit = run(pipeline.settings(), arguments.toArray(String[]::new));
    assertThat(exit).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private Map<String, String> settings(String name, String value) {
    Map<String, String> settings = new LinkedHashMap<>(pipeline.settings());
    settings.put(name, value);
    return settings;
  }

  /** Without the address of Postgres, unless it is needed. */
  private int run(Map<String, String> settings, String... options) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> arguments = new ArrayList<>(List.of(options));
    settings.forEach(
        (name, value) -> {
          boolean ofPostgres = name.equals("database.url") || name.equals("project.state.dir");
          if (!name.matches("(capture|warm|verify|keep|http)\\..*")
              && (!ofPostgres || arguments.contains(CHANGES))) {
            arguments.addAll(List.of("--set", name + "=" + value));
          }
        });
    return CommandRunner.run(
        new CommandLine(new Replay())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true)),
        arguments.toArray(String[]::new));
  }

  private void assertRefused(int expectedExit, int exit, String... words) {
    List<String> lines = err.toString().lines().filter(line -> !line.contains("warning")).toList();
    assertThat(exit).as(err.toString()).isEqualTo(expectedExit);
    assertThat(lines).hasSize(1).allMatch(line -> line.startsWith("warmer: "));
    assertThat(lines.get(0)).contains(words).doesNotContain("canary");
    assertThat(out.toString()).isEmpty();
  }
}
