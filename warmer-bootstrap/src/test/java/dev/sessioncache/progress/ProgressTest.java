package dev.sessioncache.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter out = new StringWriter();

  @Test
  void shouldDrawABarThatIsWrittenOver() {
    assertThat(BarProgress.line(figures(250_000, Duration.ofSeconds(5))))
        .isEqualTo(
            "[######..................]  25 %  250,000 of 1,000,000  50,000/s  15 s left  3 failed");
    try (Progress bar = new BarProgress(new PrintWriter(out))) {
      bar.update(figures(1, Duration.ofMillis(0)));
      bar.update(figures(2, Duration.ofMillis(99)));
      bar.update(figures(3, Duration.ofMillis(100)));
    }
    assertThat(out.toString().split("\r\u001b\\[K", -1)).hasSize(4).endsWith("");
  }

  @Test
  void shouldWriteALineOfJsonEveryHalfSecond() {
    try (Progress json = new JsonProgress(new PrintWriter(out))) {
      json.update(figures(0, Duration.ZERO));
      json.update(figures(100, Duration.ofMillis(499)));
      json.update(figures(250_000, Duration.ofMillis(5_000)));
    }
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"event\":\"progress\",\"looked\":0,\"count\":1000000,\"present\":1,\"written\":2,"
                + "\"older\":4,\"failed\":3,\"retries\":5,\"seconds\":0.000,\"rate\":0.0,"
                + "\"seconds_left\":null}",
            "{\"event\":\"progress\",\"looked\":250000,\"count\":1000000,\"present\":1,\"written\":2,"
                + "\"older\":4,\"failed\":3,\"retries\":5,\"seconds\":5.000,\"rate\":50000.0,"
                + "\"seconds_left\":15}");
  }

  @Test
  void shouldTellPeopleInOneLogLine() {
    assertThat(LogProgress.text(figures(250_000, Duration.ofSeconds(5))))
        .isEqualTo(
            " 25 %  250,000 of at most 1,000,000 sessions, 50,000/s, 15 s left, 2 written, 1 present,"
                + " 4 newer in Redis, 3 failed");
  }

  private static ProgressFigures figures(long looked, Duration time) {
    return new ProgressFigures(looked, 1_000_000, 1, 2, 4, 3, 5, time);
  }
}
