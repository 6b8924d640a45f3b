package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.PlatformMapping;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that was written with another token.hash than ours gets no further. */
class OtherTokenHashTest {

  private static final MappingSettings HASHED =
      Configuration.section(
          MappingSettings.class,
          Map.of("token.hash", "hmac-sha256", "token.hash.key", "ab".repeat(32)));

  @TempDir private Path stateDir = Path.of("");

  /** As of a connector whose token.hash was forgotten, or that has another key. */
  @ParameterizedTest
  @ValueSource(strings = {"", "none", "other-fp"})
  void shouldUncacheTheSessionAndLetNoTokenPassWhenItsTokenIsNotHashedAsOurs(String theirs) {
    try (LaneDriver lane =
        new LaneDriver(stateDir, new Priority.Recency(), PlatformMapping.create(HASHED))) {
      lane.hashedBy(HASHED.tokens().fingerprint());
      lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

      lane.hashedBy(theirs).take(session("s1", "u1").created(100, 710));
      lane.take(session("s2", "u1").created(101, 711));

      assertThat(lane.sent()).containsExactly("remove session:t-s1");
      assertThat(lane.deadLetters())
          .hasSize(2)
          .allSatisfy(letter -> assertThat(letter.value()).isNull())
          .allSatisfy(
              letter ->
                  assertThat(letter.headers().lastHeader("reason").value())
                      .asString(UTF_8)
                      .contains("another token.hash"));
      lane.hashedBy(HASHED.tokens().fingerprint()).take(session("s1", "u1").created(102, 712));
      assertThat(lane.sent()).containsExactly("put session:t-s1");
    }
  }

  @Test
  void shouldTakeDeletionsAndUsersWhateverTheirTokenHash() {
    try (LaneDriver lane =
        new LaneDriver(stateDir, new Priority.Recency(), PlatformMapping.create(HASHED))) {
      lane.hashedBy(HASHED.tokens().fingerprint());
      lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

      lane.hashedBy("")
          .take(deleted("user_sessions", "s1", 100, 710), user("u1").created(101, 711));

      assertThat(lane.sent()).containsExactly("remove session:t-s1");
      assertThat(lane.deadLetters()).isEmpty();
    }
  }

  @Test
  void shouldTakeASessionWithoutTheHeaderAndNoneThatIsHashedWhenTokensAreNot() {
    try (LaneDriver lane = new LaneDriver(stateDir)) {
      lane.loaded(user("u1").read(BASELINE));

      lane.take(session("s1", "u1").created(100, 710));
      lane.hashedBy("none").take(session("s2", "u1").created(101, 711));
      lane.hashedBy(HASHED.tokens().fingerprint()).take(session("s3", "u1").created(102, 712));

      assertThat(lane.sent()).containsExactly("put session:t-s1", "put session:t-s2");
      assertThat(lane.deadLetters()).hasSize(1);
    }
  }
}
