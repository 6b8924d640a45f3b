package dev.sessioncache.reader;

import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.StackOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A validation that L1 answers, in full: age, watermark, end and metrics included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LocalHitBenchmark {

  private LocalStack stack;
  private Servers servers;
  private SessionCache sessions;

  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public LocalHitBenchmark() {}

  @Setup
  public void prepare() throws Exception {
    stack = LocalStack.start(StackOptions.temporary());
    servers = new Servers(stack, "local_hit", 5);
    servers.session("hot");
    servers.pulse();
    sessions = servers.open();
    Awaitility.await("hot").until(() -> sessions.check("hot").tier() == Tier.L1);
  }

  @Benchmark
  public Optional<Session> hit() {
    return sessions.validate("hot");
  }

  @TearDown
  public void close() throws Exception {
    sessions.close();
    servers.close();
    stack.close();
  }
}
