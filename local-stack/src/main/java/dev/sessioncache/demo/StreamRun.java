package dev.sessioncache.demo;

import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.localstack.Breakable;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.LogTail;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The running {@code warmer stream}. Owned by the run's thread. */
final class StreamRun implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  /** Its watermark moves every second: with more than that it still has a backlog. */
  private static final Duration CURRENT = Duration.ofSeconds(3);

  /** It reports every second; a busy machine may delay that. */
  private static final Duration REPORT_WITHIN = Duration.ofSeconds(15);

  /** A baseline of some million sessions fits in; a stream that says nothing for longer hangs. */
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);

  private final Programs programs;
  private final StopSignal stop;
  private final StreamReports reports;
  private final ChildProcess program;

  private StreamRun(
      Programs programs, StopSignal stop, StreamReports reports, ChildProcess program) {
    this.programs = programs;
    this.stop = stop;
    this.reports = reports;
    this.program = program;
  }

  static StreamRun start(Programs programs, Cache cache, StopSignal stop) {
    StreamReports reports = new StreamReports(cache);
    reports.forget();
    ChildProcess program = programs.stream();
    program.start();
    return new StreamRun(programs, stop, reports, program);
  }

  /** Its process. */
  Breakable process() {
    return program;
  }

  /**
   * Waits until the stream has reported and Redis is hardly behind Postgres.
   *
   * @param databaseClock the time on the Postgres server
   */
  StreamReport awaitReady(Clock databaseClock) throws RunFailedException, StoppedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!hasReached(databaseClock.instant().minus(CURRENT))) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new RunFailedException(
            "warmer stream has not caught up within "
                + READY_WITHIN.toSeconds()
                + " s; "
                + lastLines());
      }
      stop.sleep(POLL);
    }
    return report();
  }

  /**
   * Waits until Redis shows everything that was committed before {@code commit}.
   *
   * @return false when {@code limit} passed before that
   */
  boolean awaitReached(Instant commit, Duration limit) throws RunFailedException, StoppedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!hasReached(commit)) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        return false;
      }
      stop.sleep(POLL);
    }
    return true;
  }

  /** The moment before which every commit is in Redis. */
  Optional<Instant> watermark() {
    return reports.watermark();
  }

  /** What it says about itself now. */
  StreamReport report() throws RunFailedException, StoppedException {
    long deadline = System.nanoTime() + REPORT_WITHIN.toNanos();
    Optional<StreamReport> report = reports.report();
    while (report.isEmpty()) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new RunFailedException("warmer stream does not report; " + lastLines());
      }
      stop.sleep(POLL);
      report = reports.report();
    }
    return report.get();
  }

  /**
   * @throws RunFailedException when the stream has ended, with the last lines of its log
   */
  void requireAlive() throws RunFailedException {
    if (!program.isAlive()) {
      throw new RunFailedException(
          "warmer stream ended with exit code " + program.exitCode() + "; " + lastLines());
    }
  }

  /** Watermarks are whole milliseconds, rounded down: equal is not enough. */
  private boolean hasReached(Instant commit) {
    return reports.watermark().filter(mark -> mark.isAfter(commit)).isPresent();
  }

  private String lastLines() {
    return programs.streamLog() + " ends:\n" + LogTail.of(programs.streamLog());
  }

  @Override
  public void close() {
    program.stop();
    reports.close();
  }
}
