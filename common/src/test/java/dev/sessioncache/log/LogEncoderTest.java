package dev.sessioncache.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sessioncache.json.FlatJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogEncoderTest {

  private final LoggerContext context = new LoggerContext();
  private final LogEncoder encoder = new LogEncoder();

  @BeforeEach
  void start() {
    encoder.setContext(context);
    encoder.setPattern("%level %msg%n");
    encoder.start();
  }

  @Test
  void shouldWriteByThePatternUnlessToldOtherwise() {
    assertThat(line("event=refilled lane={} ms={}", null, 3, 17L))
        .isEqualTo("WARN event=refilled lane=3 ms=17\n");
  }

  @Test
  void shouldMakeAFieldOfEachKey() {
    json();

    String line =
        line(
            "event=odd lane={} lanes={} roles={} late={} hint=\"{} of {} are\" of=fixed text=\n{}",
            null,
            3,
            List.of(1, 2),
            List.of("a b"),
            true,
            "a b",
            "c=d",
            "two\nlines");

    assertThat(line)
        .contains("\"lane\":3,", "\"late\":true,", "\"lanes\":[1,2],", "\"roles\":[\"a b\"],")
        .endsWith("}\n")
        .containsOnlyOnce("\n");
    assertThat(fields(line))
        .containsEntry("/level", "WARN")
        .containsEntry("/logger", "dev.sessioncache.Some")
        .containsEntry("/event", "odd")
        .containsEntry("/hint", "a b of c=d are")
        .containsEntry("/of", "fixed")
        .containsEntry("/text", "two\nlines")
        .doesNotContainKey("/c");
  }

  @Test
  void shouldKeepAStackTraceInItsLine() {
    json();

    String line =
        line("event=defect", new IllegalStateException("why", new RuntimeException("root")));

    assertThat(line).containsOnlyOnce("\n");
    assertThat(fields(line).get("/stack_trace"))
        .contains(
            "IllegalStateException: why", "Caused by: java.lang.RuntimeException: root", "\tat ");
  }

  @Test
  void shouldTakeWhatOthersLogAsItIs() {
    json();

    assertThat(fields(line("Node {} is at host={} \"now\"", null, 1, "h")))
        .containsEntry("/message", "Node 1 is at host=h \"now\"")
        .doesNotContainKeys("/event", "/host");
  }

  private void json() {
    context.putProperty(LogEncoder.FORMAT, "json");
  }

  private String line(String pattern, @Nullable Throwable thrown, Object... arguments) {
    LoggingEvent event =
        new LoggingEvent(
            "caller",
            context.getLogger("dev.sessioncache.Some"),
            Level.WARN,
            pattern,
            thrown,
            arguments);
    return new String(encoder.encode(event), UTF_8);
  }

  private static Map<String, String> fields(String line) {
    return FlatJson.read(line.getBytes(UTF_8));
  }
}
