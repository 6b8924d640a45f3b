package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the guard costs over a plain pipelined {@code SET PX} through the same connection: 700-byte
 * values, every key written twice, batches of 500 with four under way, kinds in turn. No part of
 * the build; figures are in docs/decisions/0005, and why the bound of 2.5 is asked of Redis 6.2
 * alone. Run it alone on the machine; {@code -Dbenchmark.redis=redis://127.0.0.1:6379} measures a
 * server of yours, and empties it:
 *
 * <pre>
 * mvn -pl local-stack,common verify -Dtest=None -Dit.test=GuardBenchmark -Dtags=benchmark -Dtags.excluded= -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("benchmark")
class GuardBenchmark {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");
  private static final int KEYS = 100_000;
  private static final int BATCH = 500;
  private static final int IN_FLIGHT = 4;
  private static final int ROUNDS = 5;
  private static final byte[] DOCUMENT = "x".repeat(700).getBytes(UTF_8);
  private static final List<Integer> WRITES_PER_CALL = List.of(1, 10, 50);

  private static final String PLAIN = "SET PX";
  private static final String BARE = "2 SET in Lua";

  /** What no guard can do without: a script that writes the same keys and looks at nothing. */
  private static final byte[] TWO_SETS =
      """
      local call, KEYS, ARGV = redis.call, KEYS, ARGV
      for i = 1, (#KEYS - 2) / 2 do
        call('SET', KEYS[2 * i + 2], ARGV[3 * i + 1], 'PX', ARGV[2])
        call('SET', KEYS[2 * i + 1], ARGV[3 * i + 2], 'PX', ARGV[3 * i + 3])
      end
      return 1
      """
          .getBytes(UTF_8);

  private interface Sender {
    CompletionStage<?> send(int firstKey, int pass);
  }

  private record Run(double seconds, double serverCpu) {}

  private record Figures(List<Run> plain, List<Run> bare, List<Run> guarded) {}

  @ParameterizedTest
  @EnumSource
  void shouldCostHardlyMoreThanTwoSetsInAScript(RedisVersion version) {
    try (LocalRedis server = LocalRedis.start(version)) {
      Figures figures = measure(version.name(), server.url());

      assertThat(cpu(figures.guarded()) / cpu(figures.bare())).isLessThanOrEqualTo(1.1);
      if (version == RedisVersion.V6_2) {
        assertThat(seconds(figures.guarded()) / seconds(figures.plain())).isLessThanOrEqualTo(2.5);
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "benchmark.redis", matches = "redis://127.0.0.1:.*")
  void shouldCostHardlyMoreThanTwoSetsInAScriptOfAServerOfYours() {
    Figures figures = measure("yours", System.getProperty("benchmark.redis"));

    assertThat(cpu(figures.guarded()) / cpu(figures.bare())).isLessThanOrEqualTo(1.1);
  }

  private static Figures measure(String server, String url) {
    try (RedisConnections connections = new RedisConnections(RedisUrl.parse(url), "bench")) {
      RedisClusterCommands<byte[], byte[]> admin = connections.open().sync();
      RedisConnection connection = connections.open();
      Map<String, Supplier<Sender>> kinds = new LinkedHashMap<>();
      kinds.put(PLAIN, () -> plain(connection));
      kinds.put(BARE, () -> bare(connection, admin.scriptLoad(TWO_SETS)));
      WRITES_PER_CALL.forEach(
          size -> kinds.put("guarded by " + size, () -> guarded(connection, size)));
      Map<String, List<Run>> runs = new LinkedHashMap<>();
      for (int round = -1; round < ROUNDS; round++) {
        for (Map.Entry<String, Supplier<Sender>> kind : kinds.entrySet()) {
          admin.flushall();
          Run run = run(admin, kind.getValue().get());
          if (round >= 0) {
            runs.computeIfAbsent(kind.getKey(), k -> new ArrayList<>()).add(run);
          }
        }
      }
      admin.flushall();
      Figures figures =
          new Figures(
              runs.getOrDefault(PLAIN, List.of()),
              runs.getOrDefault(BARE, List.of()),
              runs.getOrDefault("guarded by " + GuardCall.MAX_WRITES, List.of()));
      runs.forEach((kind, all) -> print(server, kind, all, figures.plain()));
      return figures;
    }
  }

  private static Sender plain(RedisConnection connection) {
    connection.setAutoFlushCommands(false);
    SetArgs lease = SetArgs.Builder.px(300_000);
    return (first, pass) -> {
      CompletableFuture<?>[] answers =
          IntStream.range(first, first + BATCH)
              .mapToObj(i -> connection.async().set(key(i).getBytes(UTF_8), DOCUMENT, lease))
              .map(CompletionStage::toCompletableFuture)
              .toArray(CompletableFuture[]::new);
      connection.flushCommands();
      return CompletableFuture.allOf(answers);
    };
  }

  private static Sender bare(RedisConnection connection, String digest) {
    connection.setAutoFlushCommands(false);
    var common = new GuardCall.Common(Placement.onOneServer(SETTINGS), "none", 0);
    return (first, pass) -> {
      CompletableFuture<?>[] answers =
          GuardCall.split(batch(first, pass), common, GuardCall.MAX_WRITES).stream()
              .map(
                  call ->
                      connection
                          .async()
                          .<Long>evalsha(
                              digest, ScriptOutputType.INTEGER, call.keys(), call.arguments()))
              .map(CompletionStage::toCompletableFuture)
              .toArray(CompletableFuture[]::new);
      connection.flushCommands();
      return CompletableFuture.allOf(answers);
    };
  }

  private static Sender guarded(RedisConnection connection, int perCall) {
    GuardedWriter writer = new GuardedWriter(connection, SETTINGS, perCall);
    writer.enter(new Generation(SETTINGS).current(connection));
    return (first, pass) -> writer.write(batch(first, pass));
  }

  private static List<GuardedWrite> batch(int first, int pass) {
    RowVersion version = new RowVersion(pass, TransactionId.of(pass));
    String position = new StreamPosition(1, 1, version, version).encode();
    return IntStream.range(first, first + BATCH)
        .mapToObj(i -> GuardedWrite.put(key(i), position, DOCUMENT, SETTINGS.leaseTtl()))
        .toList();
  }

  private static String key(int i) {
    return "session:token-" + i;
  }

  private static Run run(RedisClusterCommands<byte[], byte[]> admin, Sender sender) {
    double cpu = cpu(admin);
    Deque<CompletableFuture<?>> answers = new ArrayDeque<>();
    long start = System.nanoTime();
    for (int pass = 1; pass <= 2; pass++) {
      for (int key = 0; key < KEYS; key += BATCH) {
        if (answers.size() == IN_FLIGHT) {
          answers.remove().join();
        }
        answers.add(sender.send(key, pass).toCompletableFuture());
      }
    }
    answers.forEach(CompletableFuture::join);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Run(seconds, cpu(admin) - cpu);
  }

  private static double cpu(RedisClusterCommands<byte[], byte[]> admin) {
    return admin
        .info("cpu")
        .lines()
        .filter(line -> line.matches("used_cpu_(user|sys):.*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private static double seconds(List<Run> runs) {
    return median(runs.stream().mapToDouble(Run::seconds));
  }

  private static double cpu(List<Run> runs) {
    return median(runs.stream().mapToDouble(Run::serverCpu));
  }

  private static double median(DoubleStream stream) {
    double[] values = stream.sorted().toArray();
    return values[values.length / 2];
  }

  private static void print(String server, String kind, List<Run> runs, List<Run> plain) {
    double[] seconds = runs.stream().mapToDouble(Run::seconds).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s %-14s %5.2f s (%.2f-%.2f), %4.2fx; %7.0f writes/s; server CPU %4.1f us a write, %4.2fx%n",
        server,
        kind,
        seconds(runs),
        seconds[0],
        seconds[seconds.length - 1],
        seconds(runs) / seconds(plain),
        2 * KEYS / seconds(runs),
        cpu(runs) * 1e6 / (2 * KEYS),
        cpu(runs) / cpu(plain));
  }
}
