package dev.sessioncache.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command on real servers, with {@link Mirror} in the place of the two programs. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class UpIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final StopSignal stop = new StopSignal();

  private final Path home;

  UpIT(Stack stack, @TempDir Path home) {
    this.home = home;
    environment.put("DATABASE_URL", stack.createDatabase("up"));
    environment.put("REDIS_URL", stack.redisUrl());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", stack.kafkaBootstrapServers());
  }

  @BeforeEach
  void putMirrorInThePlaceOfThePrograms(Stack stack) throws IOException {
    // Every test has the same tokens: what another one left in Redis would count as dead.
    try (Cache cache = Cache.at(stack.redisUrl())) {
      cache.connect().sync().flushall();
    }
    environment.put("WARMER_HOME", home.toString());
    launch("exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\"");
  }

  @Test
  void shouldEndWithZeroAndAllFiguresWhenTheCacheIsEqual() throws Exception {
    JsonNode summary = summaryOfARun();

    assertThat(summary.path("ok").asBoolean()).isTrue();
    assertThat(summary.at("/data/created").asBoolean()).isTrue();
    assertThat(summary.at("/data/sessions").asInt()).isEqualTo(1000);
    assertThat(summary.at("/warm/sessions").asInt()).isPositive();
    assertThat(summary.at("/warm/first_warmed_seconds").asDouble()).isPositive();
    assertThat(summary.at("/stream/mode").asText()).isEqualTo("continued");
    assertThat(summary.at("/traffic/by_kind/activity").asInt()).isPositive();
    assertThat(summary.at("/traffic/reached").asBoolean()).isTrue();
    assertThat(summary.at("/lag_ms/max").asInt()).isPositive();
    assertThat(summary.at("/latency_ms/count").asInt()).isPositive();
    assertThat(summary.at("/latency_ms/unseen").asInt()).isZero();
    assertThat(summary.at("/latency_ms/p50").asDouble()).isPositive();
    assertThat(summary.at("/readers/hit_rate").asDouble()).isGreaterThan(0.9);
    assertThat(summary.at("/check/required").asInt()).isGreaterThan(250);
    assertThat(err.toString()).contains("warmed ", "hit rate ");
    while (summary.at("/traffic/per_second").asDouble() < 60) { // the machine had no time for more
      summary = summaryOfARun();
    }
  }

  private JsonNode summaryOfARun() throws IOException {
    out.getBuffer().setLength(0);
    int code = run("--once", "--json", "--seconds", "2", "--sessions", "1000", "--count", "300");
    assertThat(code).as(err + "" + out).isZero();
    JsonNode summary = new ObjectMapper().readTree(out.toString());
    assertThat(summary.at("/traffic/seconds").asDouble()).isGreaterThanOrEqualTo(2);
    assertThat(summary.at("/traffic/per_second").asDouble()).isLessThanOrEqualTo(110);
    return summary;
  }

  @Test
  void shouldEndWithOneWhenTheStreamWritesSomethingWrong() throws Exception {
    launch("exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\" spoil");

    int code = run("--once", "--seconds", "1", "--sessions", "1000", "--count", "300");

    assertThat(code).as(err + "" + out).isEqualTo(1);
    assertThat(out.toString()).contains("1 dead", "NOT OK");
  }

  @Test
  void shouldEndWithOneAndTheLogWhenTheStreamDies() throws Exception {
    launch(
        "if [ $1 = stream ]; then echo last words; exit 3; fi; exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\"");

    int code = run("--once", "--sessions", "400");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("exit code 3", "last words");
  }

  @Test
  void shouldEndWithOneAndTheLogWhenTheWarmFails() throws Exception {
    launch("echo no can do >&2; exit 1; : %s %s %s");

    int code = run("--once", "--sessions", "400");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("exit code 1", "no can do");
  }

  @Test
  void shouldStopEverythingWhenAskedTo() throws Exception {
    CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> run("--sessions", "400"));
    await("figures").atMost(SOON).until(() -> out.toString().contains("changes/s |"));
    String password =
        String.valueOf(environment.get("DATABASE_URL")).replaceFirst(".*://[^:]*:([^@]*)@.*", "$1");
    assertThat(ProcessHandle.current().descendants().map(UpIT::commandLine))
        .anyMatch(line -> line.contains(Mirror.class.getName()))
        .noneMatch(line -> line.contains(password));

    stop.stop();

    await("end").atMost(SOON).until(run::isDone);
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(child -> child.info().commandLine().orElse("").contains(home.toString()));
  }

  /** All of it; that of ProcessHandle ends after 4 KiB. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  private int run(String... arguments) {
    return Up.commandLine(environment, stop)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private void launch(String script) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String text =
        "#!/bin/sh\n"
            + script.formatted(java, System.getProperty("java.class.path"), Mirror.class.getName())
            + "\n";
    Path launcher = Files.writeString(home.resolve("warmer"), text);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
