package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.doctor.Doctor;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the doctor says of servers as they should be, and of each fault. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class DoctorIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> FIRST_START =
      List.of(
          "postgres ok",
          "postgres-access warning", // as a superuser
          "clock ok",
          "capture ok",
          "publication ok",
          "slot ok",
          "tables ok",
          "kafka ok",
          "kafka-access ok",
          "topics ok",
          "redis ok",
          "redis-access ok",
          "rights ok",
          "eviction ok",
          "memory ok",
          "stream warning");

  private final Pipeline pipeline;

  DoctorIT(Stack stack, @TempDir Path stateDir) throws SQLException {
    this.pipeline = new Pipeline(stack, "doctor_it", stateDir);
  }

  @AfterEach
  void stop() throws SQLException {
    pipeline.close();
  }

  @Test
  void shouldBeContentBeforeTheFirstStartAndWhileTheStreamRuns() throws Exception {
    assertThat(states(ask(Map.of()))).containsExactlyElementsOf(FIRST_START);
    assertThat(ask(Map.of()).path("ok").asBoolean()).isTrue();

    pipeline.start();
    await("the stream is current")
        .atMost(SOON)
        .until(() -> states(ask(Map.of())).contains("stream ok"));
    JsonNode running = ask(Map.of());
    assertThat(words(running, "slot")).contains("is being read");
    assertThat(words(running, "topics")).contains("all there, with 2 lanes");
    assertThat(words(running, "publication")).contains("holds both tables");

    assertFails(Map.of("lanes", "3"), "topics", "warmer lanes --change-to 3");
    pipeline.stop();
    await("nobody reads it")
        .atMost(SOON)
        .until(() -> words(ask(Map.of()), "slot").contains("nobody reads it"));
    // As a capture that reads all sessions first.
    pipeline.execute(
        "select pg_advisory_lock(hashtextextended('session-cache-warmer/doctor_it', 0))");
    assertThat(words(ask(Map.of()), "slot")).contains("a capture has it");
  }

  @Test
  void shouldSayWhichServerIsNotThereAndLookAtTheOthers() throws Exception {
    JsonNode none =
        ask(
            Map.of(
                "database.url", "postgres://127.0.0.1:1/none",
                "redis.url", "redis://127.0.0.1:1",
                "kafka.bootstrap.servers", "127.0.0.1:1"));
    assertThat(states(none)).containsExactly("postgres failed", "kafka failed", "redis failed");
    assertThat(words(none, "postgres")).contains("DATABASE_URL");
    assertThat(words(none, "redis")).contains("REDIS_URL");
    assertThat(words(none, "kafka")).contains("KAFKA_BOOTSTRAP_SERVERS");
    assertThat(none.path("ok").asBoolean()).isFalse();
  }

  @Test
  void shouldSayWhatElseListensThere() throws Exception {
    assertFails(
        Map.of(
            "redis.url",
            "redis://" + URI.create(pipeline.databaseUrl()).getAuthority().replaceFirst(".*@", "")),
        "redis",
        "(REDIS_URL)");
    assertFails(
        Map.of("database.url", pipeline.databaseUrl() + "?sslmode=verify-full"),
        "postgres",
        "does not offer the TLS that sslmode asks for");
  }

  @Test
  void shouldSayWhatToDoAboutEachFault() throws Exception {
    assertFails(Map.of("document.session", "id,nothing"), "tables", "nothing");

    pipeline.execute("alter table platform.user_sessions replica identity nothing");
    assertFails(Map.of(), "tables", "REPLICA IDENTITY DEFAULT");
    pipeline.execute("alter table platform.user_sessions replica identity default");

    pipeline.execute("create publication doctor_part for table platform.users");
    assertFails(
        Map.of("capture.publication", "doctor_part"),
        "publication",
        "ADD TABLE \"platform\".\"user_sessions\"");

    pipeline.redis().configSet("maxmemory-policy", "volatile-lru");
    try {
      assertFails(Map.of(), "eviction", "noeviction");
    } finally {
      pipeline.redis().configSet("maxmemory-policy", "noeviction");
    }
  }

  private void assertFails(Map<String, String> changes, String of, String remedy)
      throws IOException {
    JsonNode findings = ask(changes);
    assertThat(states(findings)).contains(of + " failed");
    assertThat(words(findings, of)).contains(remedy);
    assertThat(findings.path("ok").asBoolean()).isFalse();
  }

  private static List<String> states(JsonNode findings) {
    List<String> states = new ArrayList<>();
    findings
        .path("findings")
        .forEach(one -> states.add(one.path("of").asText() + " " + one.path("state").asText()));
    return states;
  }

  private static String words(JsonNode findings, String of) {
    for (JsonNode one : findings.path("findings")) {
      if (one.path("of").asText().equals(of)) {
        return one.path("words").asText();
      }
    }
    return "";
  }

  private JsonNode ask(Map<String, String> changes) throws IOException {
    Map<String, String> settings = new HashMap<>(pipeline.settings());
    settings.putAll(changes);
    List<String> args = new ArrayList<>(List.of("--json", "--quiet"));
    for (String section :
        List.of(
            "database",
            "redis",
            "kafka",
            "topics",
            "keys",
            "cache",
            "document",
            "lanes",
            "capture")) {
      settings.forEach(
          (name, value) -> {
            if (name.split("[.]", 2)[0].equals(section)) {
              args.add("--set=" + name + "=" + value);
            }
          });
    }
    StringWriter out = new StringWriter();
    int exit =
        CommandRunner.run(
            new CommandLine(new Doctor())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true)),
            args.toArray(String[]::new));
    JsonNode findings = new ObjectMapper().readTree(out.toString());
    assertThat(exit).isEqualTo(findings.path("ok").asBoolean() ? 0 : 1);
    return findings;
  }
}
