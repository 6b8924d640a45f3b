package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Time per write to make the keys and arguments of the guard's calls, of a batch of a warm.
 *
 * <pre>
 * mvn verify -pl local-stack,common -Dtags=benchmark -Dtags.excluded= -Dtest.jvm= -Dforks=1 -Dtest=None
 *     -Dit.test=GuardCallBenchmarkIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("benchmark")
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GuardCallBenchmarkIT {

  private static final int BATCH = 500;
  private static final String POSITION =
      new SnapshotPosition(1, PgSnapshot.parse("7000:7003:7001")).encode();

  private final List<GuardedWrite> batch =
      IntStream.range(0, BATCH)
          .mapToObj(
              i ->
                  GuardedWrite.put(
                      "session:0123456789abcdef0123456789abcdef" + i,
                      POSITION,
                      new byte[700],
                      Duration.ofMinutes(5).minusMillis(i)))
          .toList();
  private final GuardCall.Common common =
      new GuardCall.Common(
          Placement.onOneServer(GuardSettings.defaults()), "generation", 1_800_000_000_000L);

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Object split() {
    return GuardCall.split(batch, common, GuardCall.MAX_WRITES);
  }

  @Test
  void shouldTellItsTime() throws Exception {
    assertThat(
            new Runner(
                    new OptionsBuilder()
                        .include(GuardCallBenchmarkIT.class.getName() + "[.]")
                        .forks(0) // the test's JVM is one of its own
                        .warmupIterations(5)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .build())
                .run())
        .hasSize(1);
  }
}
