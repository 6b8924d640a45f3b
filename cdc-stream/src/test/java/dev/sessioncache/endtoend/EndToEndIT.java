package dev.sessioncache.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both programs keep their promises whatever breaks. Another seed each time; {@code -Dseed=N}
 * repeats one. For long: {@code mvn verify -Psoak -Dminutes=20}, which takes a new seed each round;
 * with {@code -Dfaults=4} its rounds are as short as the other's. {@code -Dinstances=3} runs
 * several of the whole app, which stand by for each other.
 */
class EndToEndIT {

  private static final Logger log = LoggerFactory.getLogger(EndToEndIT.class);

  private static final int FAULTS_OF_A_SHORT_ROUND = 4;
  private static final int FAULTS_OF_A_SOAK_ROUND = 9;
  private static final int SHOWN = 5;

  @Test
  @Timeout(300)
  void shouldKeepItsPromisesWhateverBreaks() throws Exception {
    round(Long.getLong("seed", new Random().nextInt(Integer.MAX_VALUE)), FAULTS_OF_A_SHORT_ROUND);
  }

  @Test
  @Tag("soak")
  void shouldKeepItsPromisesForLong() throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(Long.getLong("minutes", 10)).toNanos();
    Random seeds = new Random(Long.getLong("seed", System.nanoTime()));
    long first = Long.getLong("seed", seeds.nextInt(Integer.MAX_VALUE));
    for (long seed = first; System.nanoTime() < end; seed = seeds.nextInt(Integer.MAX_VALUE)) {
      round(seed, Integer.getInteger("faults", FAULTS_OF_A_SOAK_ROUND));
    }
  }

  private static void round(long seed, int faults) throws Exception {
    log.info("endtoend: seed {}", seed);
    Path directory = Path.of("target", "endtoend", Long.toString(seed)).toAbsolutePath();
    Run.Report report;
    try {
      report = new Run(seed, faults, directory).run();
    } catch (Exception e) {
      throw new IllegalStateException("seed " + seed + ": the round is void: " + e.getMessage(), e);
    }
    log.info("endtoend: {}", report.summary());
    assertThat(report.violations().stream().limit(SHOWN))
        .as("%s%nmore in %s; repeat with -Dseed=%d", report.summary(), directory, seed)
        .isEmpty();
  }
}
