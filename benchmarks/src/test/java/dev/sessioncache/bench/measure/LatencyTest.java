package dev.sessioncache.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTest {

  @Test
  void shouldTakeTheLeastThatSoManyDoNotExceed() {
    long[] values = LongStream.rangeClosed(1, 200).map(n -> (201 - n) * 1_000_000).toArray();

    assertThat(Latency.ofNanos(values)).isEqualTo(new Latency(200, 100, 198, 200));
  }

  @Test
  void shouldTakeTheOnlyOne() {
    assertThat(Latency.ofNanos(1_500_000)).isEqualTo(new Latency(1, 1.5, 1.5, 1.5));
  }

  @Test
  void shouldRefuseNothing() {
    assertThatThrownBy(Latency::ofNanos).isInstanceOf(IllegalArgumentException.class);
  }
}
