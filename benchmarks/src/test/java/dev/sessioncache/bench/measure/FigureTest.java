package dev.sessioncache.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FigureTest {

  @Test
  void shouldTakeTheMiddleOne() {
    assertThat(Figure.of(9, 1, 5)).isEqualTo(new Figure(5, 1, 9));
  }

  @Test
  void shouldTakeTheMiddleOfTwo() {
    assertThat(Figure.of(4, 1, 8, 2)).isEqualTo(new Figure(3, 1, 8));
  }

  @Test
  void shouldRefuseNothing() {
    assertThatThrownBy(Figure::of).isInstanceOf(IllegalArgumentException.class);
  }
}
