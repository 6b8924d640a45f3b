package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptanceTest {

  private static final PgSnapshot SNAPSHOT = PgSnapshot.parse("100:105:102");

  @Test
  void shouldAcceptAnythingWhenNothingIsStored() {
    assertThat(Acceptance.accepts(null, stream(0, 0, 0))).isTrue();
    assertThat(Acceptance.accepts(null, new SnapshotPosition(0, SNAPSHOT))).isTrue();
  }

  @Nested
  class StreamAfterStream {

    @ParameterizedTest(name = "{0}/{1}/{2} after {3}/{4}/{5}: {6}")
    @CsvSource({
      "0, 20, 10,  0, 20, 10,  true", // the same: puts a lapsed value back
      "0, 21, 10,  0, 20, 10,  true",
      "0, 19, 10,  0, 20, 10,  false",
      "0, 20, 11,  0, 20, 10,  true",
      "0, 20, 9,   0, 20, 10,  false",
      "0, 21, 9,   0, 20, 10,  true", // cannot come from one stream: the session row decides
      "1, 0,  0,   0, 20, 10,  true",
      "0, 99, 99,  1, 0,  0,   false",
      "0, 20, -1,  0, 20, 1,   true",
      "0, -1, 0,   0, 1,  0,   true", // log positions are unsigned
    })
    void shouldCompareBaselineThenSessionThenUserVersion(
        int baseline,
        long lsn,
        long userLsn,
        int oldBaseline,
        long oldLsn,
        long oldUserLsn,
        boolean expected) {
      assertThat(
              Acceptance.accepts(
                  stream(oldBaseline, oldLsn, oldUserLsn), stream(baseline, lsn, userLsn)))
          .isEqualTo(expected);
    }

    @Test
    void shouldNotLookAtTransactionIds() {
      assertThat(Acceptance.accepts(transactions(200, 200), transactions(100, 100))).isTrue();
    }
  }

  @Nested
  class BetweenStreamAndSnapshot {

    @ParameterizedTest(name = "transactions {0} and {1}")
    @CsvSource({
      "99,  99,  true",
      "104, 101, true",
      "102, 99,  false",
      "99,  102, false",
      "105, 99,  false",
      "99,  105, false",
      "102, 105, false",
    })
    void shouldAcceptTheSnapshotExactlyWhenItSeesBothRowsAndTheStreamOtherwise(
        long session, long user, boolean seen) {
      StreamPosition stream = transactions(session, user);
      SnapshotPosition snapshot = new SnapshotPosition(1, SNAPSHOT);

      assertThat(Acceptance.accepts(stream, snapshot)).isEqualTo(seen);
      assertThat(Acceptance.accepts(snapshot, stream)).isEqualTo(!seen);
    }
  }

  @Nested
  class SnapshotAfterSnapshot {

    @ParameterizedTest(name = "{1} after {0}: {2}")
    @CsvSource({
      "100:105:102, 100:105:102, true",
      "100:105:102, 103:106:,    true",
      "103:106:,    100:105:102, false",
      "100:105:102, 100:104:102, false",
    })
    void shouldAcceptOneThatSeesAllThatTheStoredOneSees(
        String stored, String incoming, boolean expected) {
      assertThat(
              Acceptance.accepts(
                  new SnapshotPosition(1, PgSnapshot.parse(stored)),
                  new SnapshotPosition(1, PgSnapshot.parse(incoming))))
          .isEqualTo(expected);
    }
  }

  @Nested
  class AcrossTimelines {

    private final Position oldStream = position(1, 9, 99);
    private final Position newStream = position(2, 0, 0);
    private final Position oldSnapshot = new SnapshotPosition(1, PgSnapshot.parse("900:900:"));
    private final Position newSnapshot = new SnapshotPosition(2, PgSnapshot.parse("5:5:"));

    @Test
    void shouldAcceptTheHigherTimelineWhateverElseIsStored() {
      assertThat(Acceptance.accepts(oldStream, newStream)).isTrue();
      assertThat(Acceptance.accepts(oldStream, newSnapshot)).isTrue();
      assertThat(Acceptance.accepts(oldSnapshot, newStream)).isTrue();
      assertThat(Acceptance.accepts(oldSnapshot, newSnapshot)).isTrue();
    }

    @Test
    void shouldRefuseTheLowerTimelineWhateverElseIsStored() {
      assertThat(Acceptance.accepts(newStream, oldStream)).isFalse();
      assertThat(Acceptance.accepts(newStream, oldSnapshot)).isFalse();
      assertThat(Acceptance.accepts(newSnapshot, oldStream)).isFalse();
      assertThat(Acceptance.accepts(newSnapshot, oldSnapshot)).isFalse();
    }

    @Test
    void shouldTakeTimelinesForUnsigned() {
      assertThat(Acceptance.accepts(position(1, 0, 0), position(-1, 0, 0))).isTrue();
    }
  }

  private static StreamPosition stream(int baseline, long lsn, long userLsn) {
    TransactionId any = TransactionId.of(100);
    return new StreamPosition(1, baseline, new RowVersion(lsn, any), new RowVersion(userLsn, any));
  }

  private static StreamPosition transactions(long session, long user) {
    return new StreamPosition(
        1,
        0,
        new RowVersion(10, TransactionId.of(session)),
        new RowVersion(10, TransactionId.of(user)));
  }

  private static StreamPosition position(int timeline, int baseline, long lsn) {
    RowVersion version = new RowVersion(lsn, TransactionId.of(100));
    return new StreamPosition(timeline, baseline, version, version);
  }
}
