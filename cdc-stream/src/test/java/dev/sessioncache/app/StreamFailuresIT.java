package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Bad input to the stream: one line that says what to do, the right exit code, no secret, no stack
 * trace.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class StreamFailuresIT {

  private static final String SECRET = "canary-password";

  /** A port of this machine on which nobody listens: 1 is reserved. */
  private static final int NOBODY = 1;

  private final StringWriter err = new StringWriter();
  private Stack stack;
  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    this.stack = stack;
    this.pipeline =
        new Pipeline(
            stack, "bad_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000), stateDir);
  }

  @AfterEach
  void closePipeline() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldExitByUsageWhenAUrlIsMissing() {
    assertRefused(
        2,
        run("--kafka-bootstrap-servers=" + stack.kafkaBootstrapServers()),
        "DATABASE_URL",
        "REDIS_URL");
  }

  @Test
  void shouldExitByUsageWhenAUrlIsMalformed() {
    int exit =
        run(
            "--database-url=mysql://app:" + SECRET + "@h/d",
            "--redis-url=" + stack.redisUrl(),
            "--kafka-bootstrap-servers=h:x");

    assertRefused(2, exit, "database.url", "kafka.bootstrap.servers");
  }

  @Test
  void shouldNameTheServerThatDoesNotAnswer() {
    assertRefused(1, runWith("redis.url", "redis://127.0.0.1:" + NOBODY), "Redis at", "REDIS_URL");
    assertRefused(
        1,
        runWith("database.url", "postgres://app:" + SECRET + "@127.0.0.1:" + NOBODY + "/d"),
        "Postgres at",
        "DATABASE_URL");
    assertRefused(
        1,
        runWith("kafka.bootstrap.servers", "127.0.0.1:" + NOBODY),
        "Kafka",
        "KAFKA_BOOTSTRAP_SERVERS");
  }

  @Test
  void shouldRefuseARedisThatEvictsGuards() {
    try (RedisClient client = RedisClient.create(stack.redisUrl())) {
      RedisCommands<String, String> redis = client.connect().sync();
      redis.configSet("maxmemory-policy", "allkeys-lru");
      try {
        assertRefused(1, runWith("keys.prefix", "evicted:"), "allkeys-lru");
      } finally {
        redis.configSet("maxmemory-policy", "noeviction");
      }
    }
  }

  @Test
  void shouldSayThatThePasswordIsWrong() {
    URI url = URI.create(pipeline.databaseUrl());
    String wrong =
        "postgres://postgres:" + SECRET + "@" + url.getHost() + ":" + url.getPort() + url.getPath();

    assertRefused(1, runWith("database.url", wrong), "password");
  }

  @Test
  void shouldNameTheTableOrColumnThatIsMissing() {
    assertRefused(1, runWith("tables.sessions", "platform.nothing"), "platform.nothing");
    assertRefused(1, runWith("session.activity", "last_seen"), "last_seen");
  }

  @Test
  void shouldNameTheColumnWhoseTypeHasNoJsonForm() {
    pipeline.execute("alter table platform.user_sessions add column place point");

    assertRefused(1, runWith("document.session", "id,place"), "place", "point");
  }

  @Test
  void shouldSayHowToGrantReplication() {
    String role = pipeline.name + "_reader";
    pipeline.execute(
        "create role "
            + role
            + " login password '"
            + SECRET
            + "'; grant usage on schema platform to "
            + role
            + "; grant select on all tables in schema platform to "
            + role);
    URI url = URI.create(pipeline.databaseUrl());
    String asReader =
        "postgres://"
            + role
            + ":"
            + SECRET
            + "@"
            + url.getHost()
            + ":"
            + url.getPort()
            + url.getPath();

    assertRefused(1, runWith("database.url", asReader), "REPLICATION");
  }

  private int runWith(String setting, String value) {
    Map<String, String> settings = new LinkedHashMap<>(pipeline.settings());
    settings.put(setting, value);
    List<String> arguments = new ArrayList<>();
    settings.forEach((name, text) -> arguments.addAll(List.of("--set", name + "=" + text)));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    err.getBuffer().setLength(0);
    return CommandRunner.run(
        new CommandLine(new CdcStream()).setErr(new PrintWriter(err, true)), arguments);
  }

  private void assertRefused(int expectedExit, int exit, String... words) {
    List<String> lines = err.toString().lines().filter(line -> !line.contains("warning")).toList();
    assertThat(exit).as(err.toString()).isEqualTo(expectedExit);
    assertThat(String.join("\n", lines))
        .contains(words)
        .doesNotContain(SECRET)
        .doesNotContain("\tat ");
    assertThat(lines).allMatch(line -> line.startsWith("warmer: "));
    assertThat(lines).hasSizeLessThanOrEqualTo(words.length);
  }
}
