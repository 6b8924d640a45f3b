package dev.sessioncache.demo;

import dev.sessioncache.demo.data.DemoData;
import dev.sessioncache.demo.traffic.Traffic;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code up}. Filled in by picocli; the defaults are the initial values. */
final class UpOptions {

  /** Sessions to warm unless told otherwise. */
  static final int DEFAULT_COUNT = 20_000;

  /** How long the traffic of {@code --once} lasts unless told otherwise. */
  static final int DEFAULT_SECONDS = 20;

  /** These take some 60 GB of disk: once in Postgres, three times in Kafka. */
  private static final int MOST_SESSIONS = 10_000_000;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description =
          "sessions to create when there are none, 4 to 10,000,000 (default: ${DEFAULT-VALUE})")
  int sessions = DemoData.DEFAULT_SESSIONS;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "warm the N most recently used, and check these at the end; the stream then keeps all"
              + " that keep.budget allows (default: ${DEFAULT-VALUE})")
  int count = DEFAULT_COUNT;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "simulated changes per second (default: ${DEFAULT-VALUE})")
  int rate = Traffic.DEFAULT_RATE;

  @Option(
      names = "--once",
      description =
          "some seconds of traffic, then check every cached session against Postgres, and end:"
              + " 0 when all is equal, else 1")
  boolean once;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "with --once: how long the traffic lasts (default: " + DEFAULT_SECONDS + ")")
  @Nullable Integer seconds;

  @Option(names = "--fresh", description = "delete the data of earlier runs first")
  boolean fresh;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "keeps servers' data and logs (default: .warmer beside the launcher)")
  @Nullable Path dir;

  @Option(
      names = "--json",
      description = "with --once: one JSON object on standard output, progress on standard error")
  boolean json;

  @Option(names = "--quiet", description = "no progress")
  boolean quiet;

  @Option(names = "--verbose", description = "log more, and show stack traces")
  boolean verbose;

  int seconds() {
    return seconds == null ? DEFAULT_SECONDS : seconds;
  }

  /**
   * @throws UsageException with all problems in one message
   */
  void validate() throws UsageException {
    StringBuilder problems = new StringBuilder();
    requireAtLeast(problems, "--sessions", sessions, 4);
    requireAtLeast(problems, "--count", count, 1);
    requireAtLeast(problems, "--rate", rate, 1);
    requireAtLeast(problems, "--seconds", seconds(), 1);
    if (sessions > MOST_SESSIONS) {
      problems.append(
          "; --sessions is %d, but must be at most %d".formatted(sessions, MOST_SESSIONS));
    }
    if (json && !once) {
      problems.append("; --json needs --once");
    }
    if (seconds != null && !once) {
      problems.append("; --seconds needs --once");
    }
    if (quiet && verbose) {
      problems.append("; --quiet and --verbose exclude each other");
    }
    if (problems.length() > 0) {
      throw new UsageException(problems.substring(2));
    }
  }

  private static void requireAtLeast(StringBuilder problems, String name, int value, int least) {
    if (value < least) {
      problems.append("; %s is %d, but must be at least %d".formatted(name, value, least));
    }
  }
}
