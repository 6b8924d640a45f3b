package dev.sessioncache.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeenKeysTest {

  @Test
  void shouldKnowEveryKeyThatWasAddedAndNoOther() {
    SeenKeys seen = new SeenKeys();

    assertThat(IntStream.range(0, 100_000)).allMatch(i -> seen.add("session:" + i));

    assertThat(seen.size()).isEqualTo(100_000);
    assertThat(IntStream.range(0, 100_000)).allMatch(i -> seen.contains("session:" + i));
    assertThat(IntStream.range(100_000, 200_000)).noneMatch(i -> seen.contains("session:" + i));
    assertThat(IntStream.range(0, 100_000)).noneMatch(i -> seen.add("session:" + i));
    assertThat(IntStream.range(100_000, 200_000)).allMatch(i -> seen.add("session:" + i));
  }
}
