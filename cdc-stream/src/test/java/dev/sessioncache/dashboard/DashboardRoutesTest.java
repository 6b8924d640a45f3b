package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page's server answers, and what it withstands. */
@Timeout(300)
class DashboardRoutesTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Listener> listeners = new ArrayList<>();
  private final Scene scene = new Scene(Clock.systemUTC());
  private PageServer server;

  @BeforeEach
  void serve() {
    server = new PageServer(scene, 0).start();
  }

  @AfterEach
  void close() {
    listeners.forEach(Listener::close);
    server.close();
  }

  /** A client of the events that reads only when it is asked to. */
  private record Listener(Socket socket, BufferedReader lines) {

    String next(String event) {
      try {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.equals("event: " + event)) {
            return lines
                .lines()
                .filter(data -> data.startsWith("data: "))
                .findFirst()
                .orElseThrow();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      throw new IllegalStateException("the server has ended it");
    }

    boolean hasEnded() {
      try {
        socket.setSoTimeout(10_000);
        while (lines.readLine() != null) {
          continue;
        }
        return true;
      } catch (IOException e) {
        return !(e instanceof java.net.SocketTimeoutException);
      }
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Listener listen(String query) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket
        .getOutputStream()
        .write(
            ("GET /api/events"
                    + query
                    + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
    Listener listener =
        new Listener(
            socket,
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
    listeners.add(listener);
    return listener;
  }

  @Test
  void shouldServeThePageUnderAPolicyThatAllowsNothingOfOthers() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onclick");
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-cache");
    String etag = page.headers().firstValue("ETag").orElseThrow();
    assertThat(
            client
                .send(
                    request("/").header("If-None-Match", etag).build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void shouldServeTheFilesOfThePageAndNoOthers() throws Exception {
    for (String name :
        List.of(
            "dashboard.js",
            "verdict.js",
            "figures.js",
            "work.js",
            "page.js",
            "charts.js",
            "past.js",
            "format.js",
            "uplot.js",
            "uplot.css")) {
      assertThat(get("/assets/" + name).statusCode()).as(name).isEqualTo(200);
    }
    for (String name : List.of("Assets.class", "..%2fAssets.class", "nothing")) {
      assertThat(get("/assets/" + name).statusCode()).as(name).isBetween(400, 404);
    }
  }

  @Test
  void shouldAnswerOthersWhenMoreListenThanItHasThreads() throws Exception {
    for (int i = 0; i < 30; i++) {
      listen("").next("now");
    }

    assertThat(server.dashboard.listeners()).isEqualTo(30);
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    for (Listener listener : listeners) {
      listener.next("now");
    }
  }

  @Test
  void shouldTurnAwayTheOneTooManyAndTakeItWhenAnotherHasGone() throws Exception {
    for (int i = 0; i < Subscribers.MOST; i++) {
      listen("").next("now");
    }
    Listener tooMany = listen("");

    tooMany.next("full");
    assertThat(tooMany.hasEnded()).isTrue();

    listeners.get(0).close();
    await("room").atMost(SOON).until(() -> server.dashboard.listeners() < Subscribers.MOST);
    listen("").next("now");
  }

  @Test
  void shouldTellThePastFromWhereTheClientLeftOff() throws Exception {
    await("a past").atMost(SOON).until(() -> server.dashboard.remembers() >= 3);
    JsonNode all = data(listen("").next("past"));
    long second = all.at("/samples/1/at_ms").asLong();

    JsonNode rest = data(listen("?since=" + second).next("past"));

    assertThat(all.path("columns").size()).isEqualTo(7 + Scene.LANES);
    assertThat(rest.at("/samples/0/at_ms").asLong()).isEqualTo(all.at("/samples/2/at_ms").asLong());
    assertThat(data(listen("?since=nonsense").next("past")).path("samples").size())
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void shouldEndAllWhoListenWhenItEnds() throws Exception {
    Listener listener = listen("");
    listener.next("now");

    server.close();

    assertThat(listener.hasEnded()).isTrue();
  }

  @Test
  void shouldTellProgramsWhatItShowsPeople() throws Exception {
    server.close();
    Instant noon = Instant.parse("2026-01-31T12:00:00Z");
    server = new PageServer(new Scene(Clock.fixed(noon, ZoneOffset.UTC)), 0).start();
    await("it is known").atMost(SOON).until(() -> server.dashboard.remembers() > 0);

    JsonNode status = new ObjectMapper().readTree(get("/api/status").body());

    assertThat(status.at("/verdict/level").asText()).isEqualTo("OK");
    assertThat(status.at("/lanes/3/lag_ms").asLong()).isEqualTo(380);
    assertThat(status.at("/capture/retained_bytes").asLong()).isEqualTo(3_402_112);
    assertThat(status.at("/readers/l1").asLong()).isEqualTo(61_200);
    assertThat(status.path("events").isArray()).isTrue();
  }

  private static JsonNode data(String line) throws IOException {
    return new ObjectMapper().readTree(line.substring("data: ".length()));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url + path)).timeout(Duration.ofSeconds(5));
  }
}
