package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.mapping.Lanes;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionLanesTest {

  private static final long LSN = 100;

  private final SessionLanes lanes = new SessionLanes();

  @Test
  void shouldKnowNothingWhenASessionIsNew() {
    assertThat(lanes.put("s1", 0, LSN)).isEmpty();
    assertThat(lanes.put("s2", 0, LSN)).isEmpty();
  }

  @Test
  void shouldTellTheLastLaneWhenASessionHasBeenWritten() {
    lanes.put("s1", 0, LSN);
    lanes.put("s2", 1023, LSN);

    assertThat(lanes.put("s1", 5, LSN)).hasValue(0);
    assertThat(lanes.put("s2", 0, LSN)).hasValue(1023);
    assertThat(lanes.put("s1", 5, LSN)).hasValue(5);
  }

  @Test
  void shouldForgetButNeverErrWhenThereAreMoreSessionsThanItHolds() {
    int sessions = 3_000_000;
    IntStream.range(0, sessions).forEach(id -> lanes.put("s" + id, id % 7, LSN));

    long known =
        new Random(1)
            .ints(100_000, 0, sessions)
            .distinct()
            .filter(
                id -> {
                  var before = lanes.put("s" + id, id % 7, LSN);
                  before.ifPresent(lane -> assertThat(lane).isEqualTo(id % 7));
                  return before.isPresent();
                })
            .count();

    assertThat(known).isBetween(50_000L, 80_000L);
  }

  @Test
  void shouldForgetFewWhenThereAreAMillion() {
    int sessions = 1_000_000;
    IntStream.range(0, sessions).forEach(id -> lanes.put("s" + id, 1, LSN));

    long known =
        IntStream.range(0, sessions).filter(id -> lanes.put("s" + id, 1, LSN).isPresent()).count();

    assertThat(known).isGreaterThan(990_000);
  }

  /** A session in use is not forgotten for those that come and go. */
  @Test
  void shouldForgetTheOneThatWasWrittenLongestAgo() {
    lanes.put("used", 3, LSN);

    for (int id = 0; id < 4_000_000; id++) {
      lanes.put("s" + id, 1, LSN);
      if (id % 100_000 == 0) {
        assertThat(lanes.put("used", 3, LSN)).as("after %d", id).hasValue(3);
      }
    }
  }

  @Test
  void shouldTellWhatASnapshotSaysOfChangesBehindIt() {
    lanes.inSnapshot("s1", 3);
    lanes.snapshotEndsAt(LSN);

    assertThat(lanes.put("s1", 5, LSN + 1)).hasValue(3);
    assertThat(lanes.put("s1", 5, LSN + 2)).hasValue(5);
    assertThat(lanes.put("s2", 5, LSN + 3)).isEmpty();
  }

  @Test
  void shouldTellOfTheLastLaneThereCanBe() {
    lanes.inSnapshot("s1", Lanes.MOST - 1);
    lanes.snapshotEndsAt(LSN);

    assertThat(lanes.put("s1", Lanes.MOST - 1, LSN + 1)).hasValue(Lanes.MOST - 1);
    assertThat(lanes.put("s1", 0, LSN + 2)).hasValue(Lanes.MOST - 1);
  }

  /** The snapshot may have it already: then it does not say where the session was before. */
  @Test
  void shouldNotTellWhatASnapshotSaysOfAChangeBeforeItsEnd() {
    lanes.inSnapshot("s1", 3);
    lanes.snapshotEndsAt(LSN);

    assertThat(lanes.put("s1", 3, LSN)).isEmpty();
    assertThat(lanes.put("s1", 4, LSN)).as("written by a change before").hasValue(3);
  }

  @Test
  void shouldNotTellWhatASnapshotSaysThatDidNotEnd() {
    lanes.inSnapshot("s1", 3);

    assertThat(lanes.put("s1", 3, Long.MAX_VALUE)).isEmpty();
  }
}
