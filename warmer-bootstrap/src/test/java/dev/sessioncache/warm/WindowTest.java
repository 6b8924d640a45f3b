package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTest {

  private static final Duration SLOW = Duration.ofMillis(251);
  private static final Duration QUICK = Duration.ofMillis(250);

  private final Window window = new Window(8, QUICK);

  @Test
  void shouldHalveWithEverySlowAnswerDownToOne() {
    assertThat(window.size()).isEqualTo(8);
    window.answered(SLOW);
    assertThat(window.size()).isEqualTo(4);
    window.answered(SLOW);
    window.answered(SLOW);
    window.answered(SLOW);
    assertThat(window.size()).isEqualTo(1);
  }

  @Test
  void shouldGrowByOneAfterAsManyQuickAnswersAsThereAreBatches() {
    window.answered(SLOW);

    for (int i = 0; i < 5; i++) {
      window.answered(QUICK);
    }

    assertThat(window.size()).isEqualTo(5);
  }

  @Test
  void shouldNotGrowBeyondTheMost() {
    for (int i = 0; i < 100; i++) {
      window.answered(QUICK);
    }

    assertThat(window.size()).isEqualTo(8);
  }

  @Test
  void shouldBeTooMuchOnlyWhenOneIsSlow() {
    assertThat(window.isTooMuch(SLOW)).isFalse();
    for (int i = 0; i < 3; i++) {
      window.answered(SLOW);
    }
    assertThat(window.isTooMuch(SLOW)).isTrue();
    assertThat(window.isTooMuch(QUICK)).isFalse();
  }
}
