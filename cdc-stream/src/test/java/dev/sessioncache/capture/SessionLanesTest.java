package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionLanesTest {

  private final SessionLanes lanes = new SessionLanes();

  @Test
  void shouldKnowNothingWhenASessionIsNew() {
    assertThat(lanes.put("s1", 0)).isEmpty();
    assertThat(lanes.put("s2", 0)).isEmpty();
  }

  @Test
  void shouldTellTheLastLaneWhenASessionHasBeenWritten() {
    lanes.put("s1", 0);
    lanes.put("s2", 1023);

    assertThat(lanes.put("s1", 5)).hasValue(0);
    assertThat(lanes.put("s2", 0)).hasValue(1023);
    assertThat(lanes.put("s1", 5)).hasValue(5);
  }

  @Test
  void shouldForgetButNeverErrWhenThereAreMoreSessionsThanItHolds() {
    int sessions = 3_000_000;
    IntStream.range(0, sessions).forEach(id -> lanes.put("s" + id, id % 7));

    long known =
        new Random(1)
            .ints(100_000, 0, sessions)
            .distinct()
            .filter(
                id -> {
                  var before = lanes.put("s" + id, id % 7);
                  before.ifPresent(lane -> assertThat(lane).isEqualTo(id % 7));
                  return before.isPresent();
                })
            .count();

    assertThat(known).isBetween(50_000L, 80_000L);
  }

  @Test
  void shouldForgetFewWhenThereAreAMillion() {
    int sessions = 1_000_000;
    IntStream.range(0, sessions).forEach(id -> lanes.put("s" + id, 1));

    long known =
        IntStream.range(0, sessions).filter(id -> lanes.put("s" + id, 1).isPresent()).count();

    assertThat(known).isGreaterThan(990_000);
  }

  /** A session in use is not forgotten for those that come and go. */
  @Test
  void shouldForgetTheOneThatWasWrittenLongestAgo() {
    lanes.put("used", 3);

    for (int id = 0; id < 4_000_000; id++) {
      lanes.put("s" + id, 1);
      if (id % 100_000 == 0) {
        assertThat(lanes.put("used", 3)).as("after %d", id).hasValue(3);
      }
    }
  }
}
