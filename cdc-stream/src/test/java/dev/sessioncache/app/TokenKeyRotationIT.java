package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import dev.sessioncache.reader.Answer;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.reader.Tier;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The steps of docs/security.md, "Another key", with a reader before, between and after them. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class TokenKeyRotationIT {

  private static final String OLD = "0d".repeat(32);
  private static final String NEW = "4e".repeat(32);
  private static final List<String> LIVE = List.of("stays", "changes", "begins");
  private static final List<String> ENDED = List.of("deleted", "revoked");

  private final Pipeline pipeline;

  TokenKeyRotationIT(Stack stack, @TempDir Path directory) throws Exception {
    pipeline = new Pipeline(stack, "token_key_rotation_it", directory.resolve("state"));
  }

  @BeforeEach
  void cacheUnderTheOldKey() {
    pipeline.set("token.hash", "hmac-sha256");
    pipeline.set("token.hash.key", OLD);
    pipeline.user("ada", "member");
    Stream.of("stays", "changes", "deleted", "revoked")
        .forEach(token -> pipeline.session(token, "ada"));
    pipeline.start();
    pipeline.awaitQuiet();
    assertThat(keys()).isEqualTo(keys(OLD, List.of("stays", "changes", "deleted", "revoked")));
  }

  @AfterEach
  void close() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldServeUnderTheNewKeyAloneWhenTheStreamWasRestartedWithIt() {
    try (SessionCache before = ReaderInJvm.open(pipeline.settings());
        LoggedEvents logged = new LoggedEvents()) {
      awaitCached(before, "stays");
      long baseline = pipeline.baseline();

      pipeline.set("token.hash.key", NEW);
      pipeline.stop();
      change();
      try (SessionCache tooEarly = ReaderInJvm.open(pipeline.settings())) {
        assertTellsWhatPostgresDoes(tooEarly);
        assertThat(keys(NEW, LIVE)).doesNotContainAnyElementsOf(keys());
      }
      pipeline.start();
      await("all is under the new key")
          .atMost(Pipeline.SOON)
          .untilAsserted(() -> assertThat(keys()).isEqualTo(keys(NEW, LIVE)));
      pipeline.awaitQuiet();

      assertThat(pipeline.baseline()).isGreaterThan(baseline);
      assertThat(logged.text()).contains("token.hash or token.hash.key is another");
      await("both readers know that the stream has another key")
          .atMost(Pipeline.SOON)
          .until(() -> logged.count("reader_other_token_hash") == 2);
      assertTellsWhatPostgresDoes(before);
      try (SessionCache after = ReaderInJvm.open(pipeline.settings())) {
        LIVE.forEach(token -> awaitCached(after, token));
        ENDED.forEach(token -> assertThat(after.validate(token)).as(token).isEmpty());
        revokeAndAwaitRefusal(after);
      }
      assertThat(keys()).isEqualTo(keys(NEW, List.of("changes", "begins")));
    }
  }

  /** While no stream runs. */
  private void change() {
    pipeline.execute("delete from platform.user_sessions where token = 'deleted'");
    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = 'revoked'");
    pipeline.execute("update platform.user_sessions set request_count = 5 where token = 'changes'");
    pipeline.session("begins", "ada");
  }

  private void revokeAndAwaitRefusal(SessionCache sessions) {
    pipeline.execute("update platform.user_sessions set revoked_at = now() where token = 'stays'");
    await("refused").atMost(Pipeline.SOON).until(() -> sessions.validate("stays").isEmpty());
    pipeline.awaitQuiet();
  }

  private static void awaitCached(SessionCache sessions, String token) {
    await("answered by the cache: " + token)
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              Answer answer = sessions.check(token);
              return answer.session().isPresent() && answer.tier() != Tier.POSTGRES;
            });
  }

  /** A reader with the other key than the stream's. */
  private static void assertTellsWhatPostgresDoes(SessionCache sessions) {
    Stream.concat(LIVE.stream(), ENDED.stream())
        .forEach(
            token -> {
              assertThat(sessions.check(token).tier()).as(token).isEqualTo(Tier.POSTGRES);
              assertThat(sessions.validate(token).isPresent())
                  .as(token)
                  .isEqualTo(LIVE.contains(token));
            });
  }

  /** Of all values in Redis. */
  private Set<String> keys() {
    return Set.copyOf(pipeline.redis().keys(pipeline.name + ":session:*"));
  }

  private Set<String> keys(String key, List<String> tokens) {
    TokenHash hash = TokenHash.hmacSha256(TokenKey.parse(key));
    return tokens.stream()
        .map(token -> pipeline.name + ":session:" + hash.of(token))
        .collect(Collectors.toSet());
  }
}
