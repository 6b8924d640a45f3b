package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command finds in a cache that a warm has filled, and no stream keeps. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class VerifyIT {

  private static final int SESSIONS = 600;

  private final WarmedCache cache;

  VerifyIT(Stack stack) throws SQLException {
    cache = new WarmedCache(stack, "verify_it", 9, SESSIONS);
  }

  @AfterEach
  void close() throws SQLException {
    cache.close();
  }

  @Test
  void shouldBeWholeWhenNothingIsWrong() {
    VerifyRun run = cache.verify("--all");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.number("/checked")).isEqualTo(SESSIONS);
    assertThat(run.number("/right")).isEqualTo(SESSIONS);
    assertThat(run.json("/consistency")).startsWith("1.0");
  }

  @Test
  void shouldFindAndMendExactlyWhatIsSpoiled() throws SQLException {
    Corruptions spoiled = Corruptions.make(cache.redis, cache.keys(30), WarmedCache.PREFIX, 10);

    VerifyRun found = cache.verify("--all");
    VerifyRun repaired = cache.verify("--all", "--repair");
    VerifyRun after = cache.verify("--all");

    assertThat(found.exit()).as(found.err()).isEqualTo(3);
    spoiled.assertFound(found);
    assertThat(found.number("/checked")).isEqualTo(SESSIONS + 10);
    assertThat(found.number("/repaired")).isZero();
    spoiled.assertFound(repaired);
    assertThat(repaired.exit()).as(repaired.out()).isZero();
    assertThat(repaired.number("/repaired")).isEqualTo(40);
    assertThat(after.exit()).as(after.out()).isZero();
    assertThat(after.number("/right")).isEqualTo(SESSIONS);
  }

  @Test
  void shouldFindWhatIsCachedOfSessionsThatAreNotLive() throws SQLException {
    List<String> keys = cache.keys(4);
    List<String> tokens =
        keys.stream().map(key -> key.substring(WarmedCache.PREFIX.length())).toList();
    cache.execute(
        "update platform.user_sessions set revoked_at = now() where token = '%s'"
            .formatted(tokens.get(0)));
    cache.execute(
        "update platform.user_sessions set expires_at = now() - interval '1 hour' where token = '%s'"
            .formatted(tokens.get(1)));
    cache.execute("delete from platform.user_sessions where token = '%s'".formatted(tokens.get(2)));
    cache.execute(
        """
        insert into platform.users values (md5('x')::uuid, 'x', 'x', 'member', 'banned');
        update platform.user_sessions set user_id = md5('x')::uuid where token = '%s'
        """
            .formatted(tokens.get(3)));

    VerifyRun found = cache.verify("--all", "--repair");

    assertThat(found.number("/orphaned")).isEqualTo(4);
    assertThat(found.number("/repaired")).isEqualTo(4);
    assertThat(cache.redis.exists(keys.toArray(String[]::new))).isZero();
  }

  @Test
  void shouldLeaveWhatTheGuardRefuses() throws SQLException {
    String key = cache.keys(1).get(0);
    cache.redis.setrange(key, 7, "~");
    cache.redis.set("warmer:guard:{" + key + "}", "p:00000001:7FFFFFF0:7FFFFFF0:");

    VerifyRun run = cache.verify("--all", "--repair");

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.number("/stale")).isEqualTo(1);
    assertThat(run.number("/repaired")).isZero();
    assertThat(run.number("/refused")).isEqualTo(1);
    assertThat(cache.redis.get(key)).contains("~");
  }

  @Test
  void shouldTellPeopleTheKindAndAHashButNoToken() throws SQLException {
    String key = cache.keys(1).get(0);
    String document = cache.redis.get(key);
    cache.redis.del(key);
    String token = key.substring(WarmedCache.PREFIX.length());

    VerifyRun run = VerifyRun.of(cache.settings(), "--all", "--show-ids");

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out())
        .contains("600 sessions (all): 99.83 % (2 nines) consistent")
        .contains("1 missing, 0 stale, 0 orphaned, 0 wrong TTL")
        .contains("key " + Prints.of(key))
        .contains("id " + document.substring(7, 43));
    assertThat(run.out() + run.err()).doesNotContain(token).doesNotContain("example.org");
  }

  @Test
  void shouldLookAtAFairPart() throws SQLException {
    cache.redis.del(cache.keys(SESSIONS).toArray(String[]::new));

    VerifyRun run = cache.verify("--sample", "0.25");

    assertThat(run.number("/checked")).isBetween(SESSIONS / 8L, SESSIONS / 2L);
    assertThat(run.number("/missing")).isEqualTo(run.number("/checked"));
  }

  @Test
  void shouldLookAtAFairPartOfWhatRedisHolds() throws SQLException {
    cache.execute("delete from platform.user_sessions");

    VerifyRun run = cache.verify("--sample=0.25");

    assertThat(run.number("/checked")).isBetween(SESSIONS / 8L, SESSIONS / 2L);
    assertThat(run.number("/orphaned")).isEqualTo(run.number("/checked"));
  }

  @Test
  void shouldLookAtAllByDefaultWhenThereAreFew() {
    VerifyRun run = cache.verify();

    assertThat(run.number("/checked")).isEqualTo(SESSIONS);
  }

  @Test
  void shouldKeepTheRateAndStillFindAll() throws SQLException {
    Corruptions spoiled = Corruptions.make(cache.redis, cache.keys(6), WarmedCache.PREFIX, 2);

    VerifyRun run = cache.verify("--all", "--rate=300");

    spoiled.assertFound(run);
    assertThat(Double.parseDouble(run.json("/seconds"))).isGreaterThan(2);
  }

  @ParameterizedTest
  @CsvSource({
    "redis.url, redis://127.0.0.1:1, Redis at",
    "database.url, postgres://postgres@127.0.0.1:1/none, Postgres at"
  })
  void shouldSayInOneLineWhenAServerIsDown(String setting, String url, String words) {
    Map<String, String> settings = new TreeMap<>(cache.settings());
    settings.put(setting, url);

    VerifyRun run = VerifyRun.of(settings, "--all");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(words).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--all --sample=0.5",
        "--sample=0",
        "--sample=1.5",
        "--continuous --rate=0",
        "--unknown"
      })
  void shouldRefuseWrongOptions(String options) {
    VerifyRun run = cache.verify(options.split(" ", -1));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1);
  }
}
