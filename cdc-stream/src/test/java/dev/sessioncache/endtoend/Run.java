package dev.sessioncache.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One round: own servers, both programs as processes, traffic and faults by a seed; then all is
 * healed, and when a pulse sent after the last commit has come through, the guarantees judge what
 * was seen.
 */
final class Run {

  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofSeconds(75);

  private static final List<Guarantee> GUARANTEES =
      List.of(
          new ConvergesToPostgres(),
          new NeverResurrects(),
          new NeverRegresses(),
          new KeepsItsWatermark(),
          new LeavesNoPhantom(),
          new LosesNothing(),
          new RefusesWithinTheBound());

  private final long seed;
  private final int drawnFaults;
  private final Path directory;

  /**
   * @param drawnFaults how many faults come beside the traps that every round has
   * @param directory for the state of the app and for what a failed round leaves
   */
  Run(long seed, int drawnFaults, Path directory) {
    this.seed = seed;
    this.drawnFaults = drawnFaults;
    this.directory = directory;
  }

  Report run() throws Exception {
    long start = System.nanoTime();
    Random random = new Random(seed);
    boolean apart = random.nextInt(3) == 0 && World.INSTANCES == 1;
    Schedule schedule = Schedule.of(random, drawnFaults);
    Observations observations = new Observations();
    try (World world = new World(directory, Long.toString(seed), apart, World.SHORT_BOUND)) {
      FaultLog log = new FaultLog(world.clock());
      log.note(
          "seed %d, %s"
              .formatted(
                  seed,
                  apart ? "a process for each role" : World.INSTANCES + " instances of the app"));
      List<Violation> violations = new ArrayList<>();
      Generator generator =
          new Generator(world.database(), world.population(), seed, Generator.USUAL_CONNECTIONS);
      try (Reader reader = world.reader(observations)) {
        generator.fill();
        world.apps().start();
        reader.start();
        world.awaitPulse(READY, "the app is ready");
        Validations validations = new Validations(world);
        log.note("ready after %d ms".formatted((System.nanoTime() - start) / 1_000_000));
        try (generator;
            validations) {
          generator.start();
          schedule.run(world, random, log);
        } finally {
          log.write(directory.resolve("schedule.txt"));
        }
        generator.check();
        log.note("healing");
        world.heal();
        boolean quiet = isQuiet(world);
        log.note(quiet ? "quiet" : "not quiet");
        Evidence evidence = evidence(world, observations, validations, quiet);
        for (Guarantee guarantee : GUARANTEES) {
          violations.addAll(guarantee.judge(evidence));
        }
        reader.check();
        log.note("judged, %d violations".formatted(violations.size()));
        for (App app : world.apps().all()) {
          log.note("%s ended by itself with %s".formatted(app.name(), app.exits()));
        }
        Report report =
            new Report(
                seed,
                generator.committed(),
                generator.failed(),
                log,
                observations.reads(),
                observations.values(),
                validations.answers(),
                violations,
                Duration.ofNanos(System.nanoTime() - start));
        if (!violations.isEmpty()) {
          new FailedRound(directory, report, evidence).write();
        }
        return report;
      }
    }
  }

  private static boolean isQuiet(World world) throws SQLException {
    try {
      world.awaitPulse(QUIET, "quiet");
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private static Evidence evidence(
      World world, Observations observations, Validations validations, boolean quiet)
      throws SQLException, JsonProcessingException {
    TopicLog changes =
        TopicLog.read(
            world.stack().kafkaBootstrapServers(), World.TOPICS + ".changes", World.LANES);
    try (Connection connection = world.database().connect()) {
      return new Evidence(
          world,
          Ledger.read(connection),
          observations,
          validations.lastAsked(),
          changes,
          changes.rowVersions(),
          List.copyOf(world.emptied()),
          List.copyOf(world.warming()),
          quiet);
    }
  }

  /** What a round came to. */
  record Report(
      long seed,
      long committed,
      long failed,
      FaultLog log,
      long reads,
      long values,
      long validations,
      List<Violation> violations,
      Duration took) {

    /** One line. */
    String summary() {
      return String.format(
          Locale.ROOT,
          "seed %d: %d transactions (%d more failed), %d faults fired, %d reads, %d values, %d validations, %.0f s:"
              + " %s",
          seed,
          committed,
          failed,
          log.fired(),
          reads,
          values,
          validations,
          took.toMillis() / 1e3,
          violations.isEmpty() ? "all guarantees held" : "VIOLATED " + countsByGuarantee());
    }

    private Map<String, Long> countsByGuarantee() {
      return violations.stream()
          .collect(
              Collectors.groupingBy(Violation::guarantee, TreeMap::new, Collectors.counting()));
    }
  }
}
