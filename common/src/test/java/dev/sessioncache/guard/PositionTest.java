package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

  @Test
  void shouldReadWhatItHasEncoded() {
    for (Position position : Positions.boundaries()) {
      assertThat(Position.decode(position.encode())).contains(position);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "s:00000001",
        "p:00000001:00000002:00000003",
        "p:00000001:00000002:00000003:00000004,",
        "p:00000001:00000002:00000003:4",
        "q:00000001:00000002:00000003:",
        "s:00000001:00000000:0000000000000001:0000000000000002:00000003:0000000g"
      })
  void shouldReadNothingElse(String text) {
    assertThat(Position.decode(text)).isEmpty();
  }
}
