package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.StackOptions;
import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Time per session that a warm reads, Postgres included: its row, and its row made into an entry.
 *
 * <pre>
 * mvn verify -pl local-stack,common,reader,warmer-bootstrap -Dtags=benchmark -Dtags.excluded= -Dtest.jvm= -Dforks=1 -Dtest=None
 *     -Dit.test=LiveSessionsBenchmarkIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("benchmark")
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LiveSessionsBenchmarkIT {

  private static final int SESSIONS = 10_000;

  private LocalStack stack;
  private SessionTables tables;
  private LiveSessions sessions;
  private EntryBuilder entries;

  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public LiveSessionsBenchmarkIT() {}

  @Setup
  public void prepare() throws SQLException {
    stack = LocalStack.start(StackOptions.temporary());
    tables = new SessionTables(stack, "live_sessions_benchmark_it");
    tables.addLive("0123456789abcdef0123456789abcdef", SESSIONS);
    tables.execute("analyze");
    SnapshotReader snapshot = SnapshotReader.look(tables.connection, Duration.ofMinutes(5));
    MappingSettings columns = MappingSettings.defaults();
    SessionMapping mapping = SessionMapping.resolve(columns, tables.connection);
    entries = EntryBuilder.silent(mapping);
    sessions =
        new LiveSessions(
            tables.connection,
            mapping,
            new ActivityRate(
                mapping.activity(),
                ActivityColumns.resolve(columns, tables.connection),
                snapshot.clock().read()));
  }

  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public void row(Blackhole blackhole) throws SQLException {
    RowSource rows = sessions.rows(SESSIONS, null);
    for (SessionRow row = rows.next(); row != null; row = rows.next()) {
      blackhole.consume(row);
    }
  }

  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public void entry(Blackhole blackhole) throws SQLException {
    RowSource rows = sessions.rows(SESSIONS, null);
    for (SessionRow row = rows.next(); row != null; row = rows.next()) {
      blackhole.consume(entries.build(row));
    }
  }

  @TearDown
  public void close() throws SQLException {
    tables.close();
    stack.close();
  }

  @Test
  void shouldTellItsTimes() throws Exception {
    assertThat(
            new Runner(
                    new OptionsBuilder()
                        .include(LiveSessionsBenchmarkIT.class.getName() + "[.]")
                        .forks(0) // the test's JVM is one of its own
                        .warmupIterations(5)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .build())
                .run())
        .hasSize(2);
  }
}
