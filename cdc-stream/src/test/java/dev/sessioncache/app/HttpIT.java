package dev.sessioncache.app;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.dashboard.Chromium;
import dev.sessioncache.deploy.DeployFiles;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a running stream tells over HTTP. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class HttpIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Stack stack;
  private final Pipeline pipeline;
  private final HttpClient client = HttpClient.newHttpClient();
  private String url = "";

  HttpIT(Stack stack, @TempDir Path stateDir) throws SQLException {
    this.stack = stack;
    this.pipeline = new Pipeline(stack, "http_it", stateDir);
  }

  @BeforeEach
  void start() {
    pipeline.set("staleness.bound", "4s");
    pipeline.start();
    await("http")
        .atMost(SOON)
        .until(
            () -> {
              pipeline.throwIfEnded();
              return pipeline.url().isPresent();
            });
    url = pipeline.url().orElseThrow();
  }

  @AfterEach
  void stop() throws Exception {
    pipeline.close();
  }

  @Test
  void shouldTellWhetherItDoesItsWorkAndWhyNot() throws Exception {
    await("live")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> get("/health/live").statusCode() == 200);
    await("ready").atMost(SOON).until(() -> get("/health/ready").statusCode() == 200);
    assertThat(json("/health/ready").path("ready").asBoolean()).isTrue();

    stack.redis().pause();
    try {
      await("not ready").atMost(SOON).until(() -> get("/health/ready").statusCode() == 503);
      assertThat(json("/health/ready").at("/reasons/apply").asText()).contains("behind");
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      int port = URI.create(url).getPort();
      assertThat(exitCode(DeployFiles.healthCheck(port))).as("of the image").isZero();
      assertThat(exitCode(DeployFiles.healthCheck(1))).as("of nobody").isNotZero();
      await("it says who it is that does not answer")
          .atMost(SOON)
          .until(
              () ->
                  json("/api/status")
                      .at("/cluster/verdict/text")
                      .asText()
                      .startsWith("Redis has not answered since "));
      assertThat(json("/api/status").at("/cluster/from").asText()).isEqualTo("process");
    } finally {
      stack.redis().resume();
    }
    await("ready again").atMost(SOON).until(() -> get("/health/ready").statusCode() == 200);
  }

  @Test
  void shouldTellItsFiguresToPrometheus() throws Exception {
    pipeline.user("u1", "member");
    pipeline.session("t1", "u1");
    pipeline.awaitCached("t1");
    await("all figures")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(get("/metrics").body().lines().map(HttpIT::name))
                    .contains(
                        "warmer_lane_lag_seconds",
                        "warmer_apply_entries_total",
                        "warmer_apply_latency_seconds",
                        "warmer_capture_changes_total",
                        "warmer_capture_active",
                        "warmer_capture_slot_retained_bytes",
                        "warmer_dead_letters_total",
                        "warmer_lease_kept",
                        "warmer_verify_consistency",
                        "warmer_debezium_events",
                        "kafka_stream_thread_poll_total",
                        "kafka_consumer_fetch_manager_records_lag_max",
                        "kafka_producer_record_send_total",
                        "jvm_memory_used_bytes",
                        "process_uptime_seconds"));
    pipeline.session("t2", "u1");
    await("they move")
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(value("warmer_capture_active")).isEqualTo(1);
              assertThat(value("warmer_debezium_events")).isPositive();
              assertThat(value("warmer_capture_slot_retained_bytes")).isPositive();
              assertThat(value("warmer_lane_lag_seconds{lane=\"0\"}")).isBetween(0.0, 4.0);
            });
    assertThat(get("/metrics").headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    assertThat(
            client
                .send(
                    request("/metrics").header("Accept", "application/openmetrics-text").build(),
                    HttpResponse.BodyHandlers.ofString())
                .body())
        .endsWith("# EOF\n");
  }

  @Test
  void shouldTellTheFiguresThatThePageTells() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "operations.md"));
    Set<String> told =
        Pattern.compile("`(warmer_[a-z_]+)")
            .matcher(page)
            .results()
            .map(name -> name.group(1))
            .collect(toCollection(TreeSet::new));

    await("all figures")
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        get("/metrics")
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("# TYPE warmer_"))
                            .map(line -> line.split(" ")[2])
                            .filter(name -> !name.endsWith("_max")))
                    .containsExactlyInAnyOrderElementsOf(told));
    System.gc(); // pauses are told of once there has been one
    await("what alerts and dashboards ask for")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(get("/metrics").body().lines().map(HttpIT::name))
                    .containsAll(DeployFiles.metrics()));
  }

  @Test
  void shouldTellWhatItsStagesDo() throws Exception {
    await("ready")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> get("/health/ready").statusCode() == 200);
    JsonNode status = json("/api/status");
    assertThat(status.at("/capture/mode").asText()).isIn("baseline", "continued");
    assertThat(status.at("/apply/lag_ms")).hasSize(Pipeline.LANES);
    assertThat(status.path("reasons")).isEmpty();
    await("it knows of itself by Redis")
        .atMost(SOON)
        .until(() -> json("/api/status").at("/cluster/from").asText().equals("redis"));
    await("log is kept for the slot")
        .atMost(SOON)
        .until(() -> json("/api/status").at("/cluster/capture/retained_bytes").asLong() > 0);
    JsonNode cluster = json("/api/status").path("cluster");
    assertThat(cluster.path("instances")).hasSize(1);
    assertThat(cluster.at("/instances/0/instance")).isEqualTo(status.path("instance"));
    assertThat(cluster.at("/servers/kafka").asLong(-1)).isZero();
    assertThat(cluster.at("/servers/postgres").asLong(-1)).isZero();
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    HttpRequest post = request("/api/status").POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(405);
  }

  @Test
  void shouldShowPeopleWhatIsCached() {
    pipeline.user("u1", "member");
    pipeline.session("t1", "u1");
    pipeline.awaitCached("t1");
    try (Chromium chromium = new Chromium();
        Page page = chromium.browser().newPage()) {
      LocatorAssertions.HasTextOptions soon =
          new LocatorAssertions.HasTextOptions().setTimeout(SOON.toMillis());
      page.navigate(url + "/");

      PlaywrightAssertions.assertThat(page.locator("#verdict-text"))
          .hasText("All 2 lanes within 4 s of Postgres", soon);
      PlaywrightAssertions.assertThat(page.locator("#lanes-sum .n")).hasText("1", soon);
      PlaywrightAssertions.assertThat(page.locator("#servers")).containsText("Kafka answers");

      pipeline.session("t2", "u1");

      PlaywrightAssertions.assertThat(page.locator("#lanes-sum .n")).hasText("2", soon);
      PlaywrightAssertions.assertThat(page.locator("#capture")).containsText("complete");
      PlaywrightAssertions.assertThat(page.locator("#processes .tag")).hasText("ready", soon);
    }
  }

  @Test
  void shouldTellNothingOfSessionsAndNoPassword() throws Exception {
    pipeline.user("canary-user", "member");
    pipeline.session("canary-token", "canary-user");
    pipeline.awaitCached("canary-token");
    String password = URI.create(pipeline.databaseUrl()).getUserInfo().split(":", 2)[1];

    for (String path : List.of("/metrics", "/api/status", "/health/ready")) {
      assertThat(get(path).body()).isNotEmpty().doesNotContain("canary").doesNotContain(password);
    }
  }

  @Test
  void shouldSayWhenItsPortIsTaken(@TempDir Path otherState) throws Exception {
    await("live")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> get("/health/live").statusCode() == 200);
    try (Pipeline other = new Pipeline(stack, "http_it_other", otherState)) {
      other.set("http.port", Integer.toString(URI.create(url).getPort()));
      other.start();

      assertThatThrownBy(() -> other.running().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("Address already in use")
          .cause()
          .isInstanceOf(OperationException.class)
          .hasMessageContaining(url.substring("http://".length()))
          .hasMessageContaining("http.port");
    }
  }

  private static int exitCode(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor();
  }

  private static String name(String line) {
    return line.split("[ {]", 2)[0];
  }

  private double value(String series) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(path).body());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(10));
  }
}
