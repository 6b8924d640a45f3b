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
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of docs/reading.md, as they stand there. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ContractIT {

  private static final String ASK_POSTGRES = "ask Postgres";

  private static final String KEY = "fbff0a".repeat(11);
  private static final String KEY_IN_BASE64 =
      Base64.getEncoder().encodeToString(HexFormat.of().parseHex(KEY));

  private static final Duration FRESH = Duration.ZERO;
  private static final List<String> READERS = List.of("python3 reader.py", "node reader.mjs");

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

  @Test
  void shouldReadSessionsWithoutTheLibrary() throws Exception {
    servers.session("live");
    servers.watermark(FRESH);
    String document;
    int seconds = 4;
    try (SessionCache sessions = servers.open()) {
      document = sessions.warm("live").toCompletableFuture().get().orElseThrow().json();
      await("cached").atMost(Servers.SOON).until(() -> servers.isCached("live"));
      while (!isCachedForEver(sessions, "over" + seconds, seconds)) {
        seconds *= 2;
      }
    }
    String over = "over" + seconds;
    assertRead(FRESH, List.of(document, ASK_POSTGRES), "live", "unknown");

    await("the session is over")
        .atMost(Servers.SOON)
        .until(
            () -> {
              servers.watermark(FRESH);
              return read(READERS.get(0), over).equals(List.of(ASK_POSTGRES));
            });
    assertRead(FRESH, List.of(document, ASK_POSTGRES), "live", over);

    assertRead(Servers.BOUND.plusSeconds(1), List.of(ASK_POSTGRES), "live");

    servers.redis.sync().del("warmer:watermark:0".getBytes(UTF_8));
    for (String command : READERS) {
      assertThat(read(command, "live")).as(command).containsExactly(ASK_POSTGRES);
    }
  }

  /** Returns false when the session was over before that. */
  private boolean isCachedForEver(SessionCache sessions, String token, int seconds)
      throws Exception {
    Instant end = Instant.now().plusSeconds(seconds);
    servers.session(token, 1, "now()", "'" + end + "'");
    sessions.warm(token).toCompletableFuture().get();
    await("cached, or over")
        .atMost(Servers.SOON)
        .until(() -> servers.isCached(token) || Instant.now().isAfter(end));
    return servers.redis.sync().persist(("session:" + token).getBytes(UTF_8));
  }

  @Test
  void shouldReadSessionsWhoseTokensAreHashed() throws Exception {
    servers.hashTokens(KEY);
    servers.session("hashed");
    servers.watermark(FRESH);
    try (SessionCache sessions = servers.open()) {
      String document = sessions.warm("hashed").toCompletableFuture().get().orElseThrow().json();
      await("cached").atMost(Servers.SOON).until(() -> servers.isCached("hashed"));
      for (String key : List.of(KEY, KEY_IN_BASE64)) {
        environment.put("WARMER_TOKEN_HASH_KEY", key);
        assertRead(FRESH, List.of(document), "hashed");
      }
    }
    environment.clear();
    assertRead(FRESH, List.of(ASK_POSTGRES), "hashed");
  }

  /**
   * What each of the examples prints.
   *
   * @param age of the watermark that it finds
   */
  private void assertRead(Duration age, List<String> expected, String... tokens)
      throws IOException, InterruptedException {
    for (String command : READERS) {
      servers.watermark(age);
      assertThat(read(command, tokens)).as(command).isEqualTo(expected);
    }
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
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return out.lines().toList();
  }
}
