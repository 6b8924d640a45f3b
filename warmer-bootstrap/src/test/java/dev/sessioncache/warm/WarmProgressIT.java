package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.FreePort;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a warm tells while it runs. */
@ExtendWith(StackExtension.class)
@Timeout(120)
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
    String address = "127.0.0.1:" + FreePort.find();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build();
    HttpClient client = HttpClient.newHttpClient();
    AtomicBoolean moved = new AtomicBoolean();

    while (!moved.get()) { // it may be over before it is asked
      CompletableFuture<WarmRun> run =
          CompletableFuture.supplyAsync(() -> warm("--metrics=" + address));
      Awaitility.await("figures that move, or the end")
          .atMost(WarmServers.TIMEOUT)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptions()
          .until(
              () -> {
                boolean ended = run.isDone();
                moved.set(!ended && isMoving(client, request));
                return ended || moved.get();
              });
      WarmRun ended = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended.exit()).as(ended.err()).isZero();
    }
  }

  private static boolean isMoving(HttpClient client, HttpRequest request) throws Exception {
    return client
        .send(request, HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .anyMatch(line -> line.matches("warmer_warm_written_total [1-9].*"));
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
}
