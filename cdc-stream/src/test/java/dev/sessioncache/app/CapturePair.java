package dev.sessioncache.app;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.localstack.ChildProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two processes of capture: one is active, the other stands by. Owns them. */
final class CapturePair implements AutoCloseable {

  private final Pipeline pipeline;
  private final List<ChildProcess> captures;

  /**
   * Starts nothing yet.
   *
   * @param databaseUrls by which each reaches Postgres
   */
  CapturePair(Pipeline pipeline, String... databaseUrls) {
    this.pipeline = pipeline;
    this.captures =
        List.of(
            process(pipeline, "first", databaseUrls[0]),
            process(pipeline, "second", databaseUrls[1]));
  }

  private static ChildProcess process(Pipeline pipeline, String label, String databaseUrl) {
    Map<String, String> settings = new HashMap<>(pipeline.settings());
    settings.put("database.url", databaseUrl);
    return AppProcess.of(pipeline.name + "-" + label, settings, "capture");
  }

  /** The first is the active one then. */
  void start() {
    captures.get(0).start();
    awaitActive(captures.get(0));
    captures.get(1).start();
    awaitStandby(captures.get(1));
  }

  ChildProcess active() {
    await("an active capture").atMost(Pipeline.SOON).until(() -> find().isPresent());
    return find().orElseThrow();
  }

  private Optional<ChildProcess> find() {
    return captures.stream().filter(this::isActive).findAny();
  }

  ChildProcess otherThan(ChildProcess capture) {
    return captures.get(1 - captures.indexOf(capture));
  }

  void awaitActive(ChildProcess capture) {
    await("active: " + capture.log().getFileName())
        .atMost(Pipeline.SOON)
        .until(() -> isActive(capture));
  }

  private boolean isActive(ChildProcess capture) {
    return pipeline
        .status("capture")
        .filter(status -> !status.path("mode").asText().equals("standby"))
        .map(status -> isOf(status, capture))
        .orElse(false);
  }

  /** Until it tells that it stands by. */
  void awaitStandby(ChildProcess capture) {
    await("stands by: " + capture.log().getFileName())
        .atMost(Pipeline.SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> modeOf(capture).equals("standby"));
  }

  /** What it says of itself. */
  private String modeOf(ChildProcess capture) {
    return pipeline.keys().stream()
        .filter(key -> key.startsWith(pipeline.name + ":status:instance:" + capture.pid() + "@"))
        .findAny()
        .flatMap(key -> pipeline.status(key.substring((pipeline.name + ":status:").length())))
        .map(status -> status.path("capture").path("mode").asText())
        .orElse("");
  }

  private static boolean isOf(JsonNode status, ChildProcess capture) {
    return capture.isAlive() && status.path("instance").asText().startsWith(capture.pid() + "@");
  }

  @Override
  public void close() {
    captures.forEach(ChildProcess::close);
  }
}
