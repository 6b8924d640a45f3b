package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.reader.Watermarks.Lane;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatermarksTest {

  private static final long NOW = 1_790_000_000_000L;

  @Test
  void shouldProveALaneWithinTheBound() {
    Watermarks marks = of(mark(NOW - 999), mark(NOW - 1_000));
    assertThat(marks.prove(new Lane(0, 2), NOW)).isTrue();
    assertThat(marks.prove(new Lane(1, 2), NOW)).isFalse();
    assertThat(marks.prove(new Lane(Lane.ALL, 2), NOW)).isFalse();
  }

  @Test
  void shouldNotBelieveAMarkOfTheFarFuture() {
    assertThat(of(mark(NOW + 1_000), mark(NOW)).prove(new Lane(0, 2), NOW)).isFalse();
  }

  @Test
  void shouldProveNothingForLanesOfAnotherCount() {
    assertThat(of(mark(NOW), mark(NOW)).prove(new Lane(0, 4), NOW)).isFalse();
  }

  @Test
  void shouldKnowTheLanesOfAnyMark() {
    Watermarks marks = of(null, mark(NOW));
    assertThat(marks.count()).isEqualTo(2);
    assertThat(marks.prove(new Lane(0, 2), NOW)).isFalse();
    assertThat(marks.prove(new Lane(1, 2), NOW)).isTrue();
  }

  @Test
  void shouldLookForManyLanesUntilOneIsKnown() {
    assertThat(Watermarks.NONE.keys(GuardSettings.defaults()).length).isGreaterThan(16);
    assertThat(Watermarks.NONE.areKnown()).isFalse();
    assertThat(of(null, null)).isSameAs(Watermarks.NONE);
  }

  @Test
  void shouldForgetWhatIsProvenAndNotTheLanes() {
    Watermarks forgotten = of(mark(NOW), mark(NOW)).forgotten();
    assertThat(forgotten.count()).isEqualTo(2);
    assertThat(forgotten.prove(new Lane(0, 2), NOW)).isFalse();
  }

  @Test
  void shouldProveNothingByMarksOfAnotherHash() {
    String other = mark(NOW).replace("}", ",\"token_hash\":\"AbCdEfGh\"}");
    Watermarks marks = of(other, other);
    assertThat(marks.count()).isEqualTo(2);
    assertThat(marks.prove(new Lane(0, 2), NOW)).isFalse();
    assertThat(marks.areOfOther()).isTrue();
    assertThat(marks.forgotten().areOfOther()).isTrue();
    assertThat(of(mark(NOW), mark(NOW)).areOfOther()).isFalse();
  }

  private static Watermarks of(@Nullable String... marks) {
    return Watermarks.of(
        Arrays.stream(marks).map(mark -> mark == null ? null : mark.getBytes(UTF_8)).toList(),
        TokenHash.NONE);
  }

  private static String mark(long atMillis) {
    return "{\"at_ms\":%d,\"lanes\":2,\"bound_ms\":1000}".formatted(atMillis);
  }
}
