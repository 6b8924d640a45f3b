package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.Position;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PresentTest {

  private static final Present WITHOUT_STREAM = new Present(1, false, Duration.ofSeconds(10));
  private static final Present WITH_STREAM = new Present(1, true, Duration.ofSeconds(10));
  private static final Position SNAPSHOT = new SnapshotPosition(1, PgSnapshot.parse("700:710:700"));

  @Test
  void shouldHoldWhatAnEarlierSnapshotSaw() {
    assertThat(holds(WITHOUT_STREAM, version(690, 699), SNAPSHOT)).isTrue();
  }

  @Test
  void shouldNotHoldWhatHasChangedSinceTheEarlierSnapshot() {
    assertThat(holds(WITH_STREAM, version(690, 710), SNAPSHOT)).isFalse();
    assertThat(holds(WITH_STREAM, version(710, 690), SNAPSHOT)).isFalse();
  }

  /** The id may be that of a subtransaction, which a snapshot does not list as running. */
  @Test
  void shouldNotHoldWhatWasWrittenWhileOthersWereRunning() {
    assertThat(holds(WITHOUT_STREAM, version(690, 705), SNAPSHOT)).isFalse();
  }

  /** One transaction may have changed a row twice, and the stream made the document in between. */
  @Test
  void shouldHoldWhatTheStreamHasMadeOnlyWhileItIsLive() {
    assertThat(holds(WITHOUT_STREAM, version(720, 680), stream(720, 680))).isFalse();
    assertThat(holds(WITH_STREAM, version(721, 681), stream(720, 680))).isTrue();
  }

  @Test
  void shouldNotHoldWhatIsOfAnotherTimeline() {
    Present afterFailover = new Present(2, true, Duration.ZERO);

    assertThat(holds(afterFailover, version(1, 1), SNAPSHOT)).isFalse();
    assertThat(holds(afterFailover, version(1, 1), stream(1, 1))).isFalse();
  }

  @Test
  void shouldNotHoldAValueThatIsGoneOrAboutToLapse() {
    Optional<Position> guard = Optional.of(SNAPSHOT);

    assertThat(WITH_STREAM.holds(version(1, 1), -2, guard)).isFalse();
    assertThat(WITH_STREAM.holds(version(1, 1), 9_999, guard)).isFalse();
    assertThat(WITH_STREAM.holds(version(1, 1), 10_000, guard)).isTrue();
  }

  @Test
  void shouldNotHoldAValueWithoutAGuard() {
    assertThat(WITH_STREAM.holds(version(1, 1), 60_000, Optional.empty())).isFalse();
  }

  private static boolean holds(Present present, SessionVersion version, Position stored) {
    return present.holds(version, 60_000, Optional.of(stored));
  }

  private static Position stream(long session, long user) {
    return new StreamPosition(
        1,
        1,
        new RowVersion(5, TransactionId.of(session)),
        new RowVersion(7, TransactionId.of(user)));
  }

  private static SessionVersion version(long session, long user) {
    return new SessionVersion(
        new Place("2026-01-31", "1"),
        "token",
        1,
        TransactionId.of(session),
        TransactionId.of(user));
  }
}
