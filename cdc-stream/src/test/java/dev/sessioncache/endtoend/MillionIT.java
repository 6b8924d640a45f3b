package dev.sessioncache.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.localstack.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A million sessions and a live stream: a warm that finds a hundredth missing, then one of all of
 * them beside hundreds of changes a second. {@code mvn verify -Psoak -Dit.test=MillionIT}
 */
@Tag("soak")
@Timeout(1800)
class MillionIT {

  private static final Logger log = LoggerFactory.getLogger(MillionIT.class);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int SESSIONS = Integer.getInteger("sessions", 1_000_000);
  private static final int MISSING = SESSIONS / 100;
  private static final int CONNECTIONS = 16;
  private static final int ACTIVITIES_PER_SECOND = 400;
  private static final double LEAST_CHANGES_PER_SECOND = 500;
  private static final Duration BASELINE = Duration.ofMinutes(15);
  private static final Duration QUIET = Duration.ofMinutes(3);
  private static final String[] ALL = {"--count=2000000", "--target=0", "--json"};

  @Test
  void shouldKeepItsPromisesAndWriteOnlyWhatIsMissing() throws Exception {
    Path directory = Path.of("target", "endtoend", "million").toAbsolutePath();
    Observations observations = new Observations();
    try (World world = new World(directory, "million", false, BOUND);
        Reader reader = world.reader(observations)) {
      Generator generator = new Generator(world.database(), world.population(), 1, CONNECTIONS);
      Millions.fill(world.database(), SESSIONS);
      generator.fill();
      long startedNanos = System.nanoTime();
      world.apps().start();
      Millions.awaitLive(world, BASELINE, BOUND);
      log.info("million: the stream is live after {} s", seconds(startedNanos));

      reader.start();
      warmWhatIsMissing(world);
      warmBesideChanges(world, generator);

      List<Violation> violations = Millions.judge(world, observations);
      log.info(
          "million: {} reads, {} values seen, {} violations",
          observations.reads(),
          observations.values(),
          violations.size());
      assertThat(violations.stream().limit(5)).isEmpty();
      reader.check();
    }
  }

  /** Every session is put by the warm, whatever the stream puts and takes away meanwhile. */
  private static void warmBesideChanges(World world, Generator generator) throws Exception {
    JsonNode report;
    double rate;
    try (generator;
        AutoCloseable activity = startActivity(world.database())) {
      generator.start();
      long atFirst = changes(world);
      Awaitility.await("there is traffic")
          .atMost(QUIET)
          .until(() -> changes(world) > atFirst + LEAST_CHANGES_PER_SECOND);
      long before = changes(world);
      long from = world.clock().millis();
      report = run(world, "--full");
      rate = (changes(world) - before) / ((world.clock().millis() - from) / 1e3);
    }
    generator.check();
    log.info("million: {} beside {} changes/s", report, Math.round(rate));
    assertThat(report.path("covered").asInt()).isGreaterThan((int) (0.99 * SESSIONS));
    assertThat(rate).as("changes a second").isGreaterThan(LEAST_CHANGES_PER_SECOND);
    world.awaitPulse(QUIET, "quiet");
  }

  /** Single-row transactions on the sessions at large, {@link #ACTIVITIES_PER_SECOND}. */
  private static AutoCloseable startActivity(SourceDatabase database) {
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    Random random = new Random(1);
    Connection connection = connect(database);
    ScheduledFuture<?> touching =
        thread.scheduleAtFixedRate(
            () -> touch(connection, 1 + random.nextInt(SESSIONS)),
            0,
            1_000_000 / ACTIVITIES_PER_SECOND,
            TimeUnit.MICROSECONDS);
    return () -> {
      assertThat(touching.isDone()).as("it has ended by itself, so it has failed").isFalse();
      thread.shutdownNow();
      assertThat(thread.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
      connection.close();
    };
  }

  private static Connection connect(SourceDatabase database) {
    try {
      return database.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void touch(Connection connection, int session) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "update platform.user_sessions set last_activity_at = now() where id = md5('s%d')::uuid"
              .formatted(session));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void warmWhatIsMissing(World world) throws Exception {
    run(world, "--full");
    String[] keys = new String[MISSING];
    try (Connection connection = world.database().connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select token from platform.user_sessions where token like 'm-%' order by md5(token)"
                    + " limit "
                    + MISSING)) {
      for (int i = 0; rows.next(); i++) {
        keys[i] = "session:" + rows.getString(1);
      }
    }
    long deleted = world.redis().ask(redis -> redis.del(keys));
    assertThat(deleted).isEqualTo(MISSING);
    Millions.awaitLive(world, BASELINE, BOUND);
    JsonNode report = run(world);
    log.info("million: {} of {} missing: {}", MISSING, SESSIONS, report);
    assertThat(report.path("mode").asText()).isEqualTo("incremental");
    assertThat(report.path("written").asInt()).isBetween(MISSING, (int) (1.1 * MISSING));
  }

  private static long changes(World world) throws SQLException {
    return Long.parseLong(
        String.valueOf(world.database().query("select count(*) from ledger.changes")));
  }

  private static JsonNode run(World world, String... options) throws IOException {
    long from = world.clock().millis();
    ChildProcess warm =
        world.warm(Stream.concat(Stream.of(options), Stream.of(ALL)).toArray(String[]::new));
    warm.start();
    Awaitility.await("the warm has ended")
        .atMost(Duration.ofMinutes(5))
        .until(() -> !warm.isAlive());
    world.awaitEnd(warm, from);
    assertThat(warm.exitCode()).as(warm.logTail()).isZero();
    String last = Files.readAllLines(warm.log()).stream().reduce("", (a, b) -> b);
    return new ObjectMapper().readTree(last);
  }

  private static long seconds(long sinceNanos) {
    return Duration.ofNanos(System.nanoTime() - sinceNanos).toSeconds();
  }
}
