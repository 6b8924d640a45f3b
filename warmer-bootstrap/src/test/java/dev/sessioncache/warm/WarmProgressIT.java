package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a warm tells while it runs. */
@ExtendWith(StackExtension.class)
class WarmProgressIT {

  private static final String[] SLOWLY = {"--batch-size=10", "--pause=50ms", "--quiet", "--json"};

  private final WarmServers servers;

  WarmProgressIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_progress_it", 13);
    servers.tables.addLive("s", 300);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldServeMetricsWhileItRuns() throws Exception {
    int port = freePort();
    CompletableFuture<WarmRun> run =
        CompletableFuture.supplyAsync(() -> warm("--metrics=127.0.0.1:" + port));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
    HttpClient client = HttpClient.newHttpClient();

    Awaitility.await("figures that move")
        .atMost(WarmServers.TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            () ->
                client
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .anyMatch(line -> line.matches("warmer_warm_written_total [1-9].*")));

    WarmRun ended = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(ended.exit()).as(ended.err()).isZero();
  }

  @Test
  void shouldRefuseAnAddressThatIsNone() {
    assertThat(servers.warm("--metrics=nowhere").exit()).isEqualTo(2);
  }

  @Test
  void shouldWriteLinesOfJsonBeforeItsReport() {
    WarmRun run = warm("--progress=json");

    assertThat(run.out().lines()).hasSizeGreaterThan(2);
    assertThat(run.out().lines())
        .filteredOn(line -> line.startsWith("{\"event\":\"progress\",\"looked\":"))
        .hasSize((int) run.out().lines().count() - 1);
    assertThat(run.out().lines().reduce((a, b) -> b).orElseThrow()).contains("\"target_reached\"");
  }

  @Test
  void shouldNotBeFasterThanItsRate() {
    WarmRun run = servers.warm("--rate=200", "--batch-size=10", "--json");

    assertThat(Double.parseDouble(run.json("/seconds"))).isGreaterThan(1.4);
    assertThat(run.json("/written")).isEqualTo("300");
  }

  @Test
  void shouldLeaveARecordOfItself() {
    warm();

    String record = new String(servers.redis.get("warmer:status:warm".getBytes(UTF_8)), UTF_8);
    assertThat(record)
        .contains("\"state\":\"done\"", "\"mode\":\"full\"", "\"read\":300", "\"written\":300")
        .doesNotContain("\"s1\"", "private");
  }

  private WarmRun warm(String... more) {
    String[] all = Arrays.copyOf(SLOWLY, SLOWLY.length + more.length);
    System.arraycopy(more, 0, all, SLOWLY.length, more.length);
    return servers.warm(all);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
