package dev.sessioncache.demo.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Breakable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutagesTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Part part = new Part();
  private final List<String> said = new ArrayList<>();
  private final OutageRequests requests;
  private final Outages outages;

  OutagesTest(@TempDir Path directory) throws IOException {
    requests = new OutageRequests(directory.resolve("outages"));
    outages = new Outages(requests, Map.of("redis", part), said::add);
  }

  @Test
  void shouldKillAndStartAgainWhenAsked() throws IOException {
    requests.put("redis", new Outage(false, LONG));
    outages.check();
    assertThat(part.did).containsExactly("kill");

    requests.put("redis", new Outage(false, SHORT));

    await("mended").atMost(SOON).until(() -> isAliveAfterCheck());
    assertThat(part.did).containsExactly("kill", "kill", "resume", "start");
    assertThat(said).hasSize(3).last().asString().contains("redis is started again");
  }

  @Test
  void shouldFreezeAndLetRunOnWhenAsked() throws IOException {
    requests.put("redis", new Outage(true, LONG));
    outages.check();
    outages.check();
    assertThat(part.did).containsExactly("pause");

    outages.mend();

    assertThat(part.did).containsExactly("pause", "resume");
  }

  @Test
  void shouldStartAgainWhatEndedByItself() throws IOException {
    part.alive = false;

    outages.check();

    assertThat(said).singleElement().asString().contains("redis has ended by itself");
    await("started again").atMost(SOON).until(() -> isAliveAfterCheck());
  }

  @Test
  void shouldForgetWhatAnEarlierRunWasAskedFor() throws IOException {
    requests.put("redis", new Outage(false, LONG));

    new Outages(requests, Map.of("redis", part), said::add).check();

    assertThat(part.did).isEmpty();
  }

  @Test
  void shouldPassOverARequestThatIsNone() throws IOException {
    Files.createDirectories(requests.directory());
    Files.writeString(requests.directory().resolve("redis"), "explode 7");

    outages.check();

    assertThat(part.did).isEmpty();
    assertThat(requests.directory()).isEmptyDirectory();
  }

  private boolean isAliveAfterCheck() throws IOException {
    outages.check();
    return part.alive;
  }

  /** Notes what is done to it. */
  private static final class Part implements Breakable {

    private final List<String> did = new ArrayList<>();
    private boolean alive = true;

    @Override
    public void kill() {
      did.add("kill");
      alive = false;
    }

    @Override
    public void pause() {
      did.add("pause");
    }

    @Override
    public void resume() {
      did.add("resume");
    }

    @Override
    public void start() {
      did.add("start");
      alive = true;
    }

    @Override
    public boolean isAlive() {
      return alive;
    }
  }
}
