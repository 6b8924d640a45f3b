package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Programs;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/reading.md, as they stand there. */
@ExtendWith(StackExtension.class)
@Timeout(60)
class ContractIT {

  private static final String ASK_POSTGRES = "ask Postgres";

  private static final String KEY = "fbff0a".repeat(11);
  private static final String KEY_IN_BASE64 =
      Base64.getEncoder().encodeToString(HexFormat.of().parseHex(KEY));

  private final Map<String, String> environment = new HashMap<>();
  private final URI redis;
  private final Servers servers;

  /** The examples read the database 0. */
  ContractIT(Stack stack) throws SQLException {
    this.redis = URI.create(RedisUrl.parse(stack.redisUrl()).value());
    this.servers = new Servers(stack, "contract_it", 0);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"python3 reader.py", "node reader.mjs"})
  void shouldReadSessionsWithoutTheLibrary(String command) throws Exception {
    servers.session("live");
    servers.session("over", 1, "now()", "now() + interval '8 seconds'");
    servers.watermark(Duration.ZERO);
    String document;
    try (SessionCache sessions = servers.open()) {
      document = sessions.warm("live").toCompletableFuture().get().orElseThrow().json();
      sessions.warm("over").toCompletableFuture().get();
      await("cached")
          .atMost(Servers.SOON)
          .until(() -> servers.isCached("live") && servers.isCached("over"));
    }
    servers.redis.sync().persist("session:over".getBytes(UTF_8));
    assertThat(read(command, "live", "unknown")).containsExactly(document, ASK_POSTGRES);

    await("the session is over")
        .atMost(Servers.SOON)
        .until(
            () -> {
              servers.watermark(Duration.ZERO);
              return read(command, "over").equals(List.of(ASK_POSTGRES));
            });
    assertThat(read(command, "live", "over")).containsExactly(document, ASK_POSTGRES);

    servers.watermark(Servers.BOUND.plusSeconds(1));
    assertThat(read(command, "live")).containsExactly(ASK_POSTGRES);

    servers.redis.sync().del("warmer:watermark:0".getBytes(UTF_8));
    assertThat(read(command, "live")).containsExactly(ASK_POSTGRES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"python3 reader.py", "node reader.mjs"})
  void shouldReadSessionsWhoseTokensAreHashed(String command) throws Exception {
    servers.hashTokens(KEY);
    servers.session("hashed");
    servers.watermark(Duration.ZERO);
    try (SessionCache sessions = servers.open()) {
      String document = sessions.warm("hashed").toCompletableFuture().get().orElseThrow().json();
      await("cached").atMost(Servers.SOON).until(() -> servers.isCached("hashed"));
      for (String key : List.of(KEY, KEY_IN_BASE64)) {
        environment.put("WARMER_TOKEN_HASH_KEY", key);
        servers.watermark(Duration.ZERO);
        assertThat(read(command, "hashed")).containsExactly(document);
      }
    }
    environment.clear();
    assertThat(read(command, "hashed")).containsExactly(ASK_POSTGRES);
  }

  private List<String> read(String command, String... tokens)
      throws IOException, InterruptedException {
    String[] words = command.split(" ");
    Programs.need(Programs.isOnPath(words[0]), words[0] + " is not on the PATH");
    ProcessBuilder reading =
        new ProcessBuilder(words[0], words[1], redis.getHost(), Integer.toString(redis.getPort()))
            .directory(Path.of("..", "docs", "reading").toFile())
            .redirectErrorStream(true);
    reading.environment().putAll(environment);
    Process process = reading.start();
    try (var input = process.getOutputStream()) {
      input.write((String.join("\n", tokens) + "\n").getBytes(UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return out.lines().toList();
  }
}
