package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.ProcessUsage;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All of a million sessions, compared by the command as a process of its own. */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(900)
class VerifyMillionIT {

  private static final Logger log = LoggerFactory.getLogger(VerifyMillionIT.class);
  private static final int SESSIONS = Integer.getInteger("sessions", 1_000_000);
  private static final int EACH = 25;
  private static final long MOST_KILOBYTES = 400 * 1024;

  /** As the launcher gives them. */
  private static final String[] FLAGS = {"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};

  private final WarmedCache cache;

  @TempDir private Path directory = Path.of("");

  VerifyMillionIT(Stack stack) throws SQLException {
    cache = new WarmedCache(stack, "verify_million_it", 11, SESSIONS);
  }

  @AfterEach
  void close() throws SQLException {
    cache.close();
  }

  @Test
  void shouldFindAndMendExactlyAHundredCorruptionsInAMillion() throws Exception {
    VerifyRun clean = run("clean");
    assertThat(clean.exit()).as(clean.out()).isZero();
    assertThat(clean.number("/right")).isEqualTo(SESSIONS);

    Corruptions spoiled =
        Corruptions.make(cache.redis, cache.keys(3 * EACH), WarmedCache.PREFIX, EACH);
    VerifyRun found = run("found");
    spoiled.assertFound(found);
    assertThat(found.exit()).isEqualTo(3);
    assertThat(found.number("/checked")).isEqualTo(SESSIONS + EACH);

    VerifyRun repaired = run("repaired", "--repair");
    spoiled.assertFound(repaired);
    assertThat(repaired.number("/repaired")).isEqualTo(4 * EACH);
    assertThat(repaired.exit()).isZero();

    VerifyRun after = run("after");
    assertThat(after.exit()).as(after.out()).isZero();
    assertThat(after.number("/right")).isEqualTo(SESSIONS);
  }

  private VerifyRun run(String name, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(FLAGS));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Verify.class.getName()));
    command.addAll(List.of("--all", "--json", "--quiet"));
    command.addAll(List.of(options));
    cache.settings().forEach((setting, value) -> command.add("--set=" + setting + "=" + value));
    Path out = directory.resolve(name + ".log");
    long startedNanos = System.nanoTime();
    try (ChildProcess process = new ChildProcess(command, Map.of(), out)) {
      process.start();
      long kilobytes = ProcessUsage.untilEnd(process).mostKilobytes();
      log.info(
          "million: verify {} took {} s and {} kB",
          name,
          (System.nanoTime() - startedNanos) / 1e9,
          kilobytes);
      assertThat(kilobytes).as("resident memory").isLessThan(MOST_KILOBYTES);
      return new VerifyRun(process.exitCode(), lastLine(out), "");
    }
  }

  private static String lastLine(Path file) throws IOException {
    return Files.readAllLines(file).stream().reduce("", (a, b) -> b);
  }
}
