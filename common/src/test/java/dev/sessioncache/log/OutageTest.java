package dev.sessioncache.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {

  private long nanos = 5;
  private final Outage outage = new Outage(() -> nanos);

  @Test
  void shouldTellOfTheFirstFailureAndThenNowAndThen() {
    assertThat(outage.failed()).isTrue();
    pass(Duration.ofSeconds(29));
    assertThat(outage.failed()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(outage.failed()).isTrue();
    assertThat(outage.failed()).isFalse();
  }

  @Test
  void shouldTellOnceHowLongItHasLastedWhenItIsOver() {
    outage.failed();
    pass(Duration.ofSeconds(40));
    outage.failed();
    pass(Duration.ofSeconds(2));

    assertThat(outage.answered()).contains(Duration.ofSeconds(42));
    assertThat(outage.answered()).isEmpty();
  }

  @Test
  void shouldTellOfTheNextOutageAtOnce() {
    outage.failed();
    outage.answered();

    assertThat(outage.failed()).isTrue();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
