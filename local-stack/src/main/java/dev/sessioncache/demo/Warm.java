package dev.sessioncache.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.localstack.LogTail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Runs {@code warmer warm} to its end and reads its report. */
final class Warm {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(2);

  private final Programs programs;
  private final StopSignal stop;

  Warm(Programs programs, StopSignal stop) {
    this.programs = programs;
    this.stop = stop;
  }

  WarmReport run(int count) throws IOException, RunFailedException, StoppedException {
    try (ChildProgram program = programs.warm(count)) {
      CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(program));
      while (program.isAlive()) {
        stop.sleep(POLL);
      }
      double endedSeconds = CommandTime.seconds();
      if (program.exitCode() != 0) {
        throw failed("failed with exit code " + program.exitCode());
      }
      JsonNode report = lastObject(output.join());
      if (!report.path("written").isNumber() || !report.path("seconds").isNumber()) {
        throw failed("printed no report");
      }
      return report(report, endedSeconds);
    }
  }

  /**
   * The warm counts from its own start, which is its end less what it took: a little late, by the
   * time that its JVM needs to exit, but never early.
   */
  private static WarmReport report(JsonNode report, double endedSeconds) {
    double seconds = report.path("seconds").asDouble();
    double startedSeconds = endedSeconds - seconds;
    double first = startedSeconds + report.path("first_write_ms").asDouble() / 1e3;
    return new WarmReport(
        report.path("written").asLong(), report.path("rejected").asLong(), seconds, first);
  }

  private RunFailedException failed(String what) {
    return new RunFailedException(
        "warmer warm "
            + what
            + "; "
            + programs.warmLog()
            + " ends:\n"
            + LogTail.of(programs.warmLog()));
  }

  private static String read(ChildProgram program) {
    try {
      return new String(program.output().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      // The pipe broke with the program; its exit code tells more.
      return "";
    }
  }

  private static JsonNode lastObject(String text) throws IOException {
    JsonNode last = JSON.missingNode();
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) {
      while (values.hasNextValue()) {
        last = values.nextValue();
      }
    }
    return last;
  }
}
