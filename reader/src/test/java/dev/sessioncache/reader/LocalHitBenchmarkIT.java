package dev.sessioncache.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code mvn verify -pl local-stack,common,reader -Dtags=benchmark -Dtags.excluded= -Dtest.jvm=
 * -Dforks=1 -Dit.test=LocalHitBenchmarkIT -Dfailsafe.failIfNoSpecifiedTests=false}
 */
@Tag("benchmark")
class LocalHitBenchmarkIT {

  @Test
  void shouldTakeLessThanAMicrosecond() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(LocalHitBenchmark.class.getSimpleName() + "[.]")
                    .forks(0) // the test's JVM is one of its own
                    .warmupIterations(5)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(10)
                    .measurementTime(TimeValue.seconds(2))
                    .build())
            .run();

    assertThat(results).hasSize(1);
    results.forEach(
        result -> assertThat(result.getPrimaryResult().getScore()).as("ns").isLessThan(1_000));
  }
}
