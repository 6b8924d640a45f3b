package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the guard costs over a plain pipelined {@code SET PX} through the same connection: 700-byte
 * values, every key written twice, batches of 500 with four under way, kinds in turn. No part of
 * the build; figures are in docs/decisions/0005. Run it alone on the machine:
 *
 * <pre>
 * mvn -pl local-stack,common verify -Dtest=None -Dit.test=GuardBenchmark -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
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

  private interface Sender {
    CompletionStage<?> send(int firstKey, int pass);
  }

  private record Run(double seconds, double serverCpu) {}

  @ParameterizedTest
  @EnumSource
  void shouldCostAtMostTwoAndAHalfPlainSets(RedisVersion version) {
    try (LocalRedis server = LocalRedis.start(version);
        RedisConnections connections =
            new RedisConnections(RedisUrl.parse(server.url()), "bench")) {
      RedisCommands<byte[], byte[]> admin = connections.open().sync();
      StatefulRedisConnection<byte[], byte[]> connection = connections.open();
      List<List<Run>> runs = new ArrayList<>();
      WRITES_PER_CALL.forEach(size -> runs.add(new ArrayList<>()));
      List<Run> plain = new ArrayList<>();
      for (int round = -1; round < ROUNDS; round++) {
        admin.flushall();
        Run base = run(admin, plain(connection));
        if (round >= 0) {
          plain.add(base);
        }
        for (int i = 0; i < WRITES_PER_CALL.size(); i++) {
          admin.flushall();
          Run run = run(admin, guarded(connection, WRITES_PER_CALL.get(i)));
          if (round >= 0) {
            runs.get(i).add(run);
          }
        }
      }
      print(version, "SET PX", plain, plain);
      for (int i = 0; i < WRITES_PER_CALL.size(); i++) {
        print(version, "guarded by " + WRITES_PER_CALL.get(i), runs.get(i), plain);
      }
      List<Run> chosen = runs.get(WRITES_PER_CALL.indexOf(GuardCall.MAX_WRITES));
      assertThat(median(chosen, false) / median(plain, false)).isLessThanOrEqualTo(2.5);
    }
  }

  private static Sender plain(StatefulRedisConnection<byte[], byte[]> connection) {
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

  private static Sender guarded(StatefulRedisConnection<byte[], byte[]> connection, int perCall) {
    GuardedWriter writer = new GuardedWriter(connection, SETTINGS, perCall);
    writer.enter(new Generation(SETTINGS).current(connection));
    return (first, pass) -> {
      RowVersion version = new RowVersion(pass, TransactionId.of(pass));
      String position = new StreamPosition(1, 1, version, version).encode();
      return writer.write(
          IntStream.range(first, first + BATCH)
              .mapToObj(i -> GuardedWrite.put(key(i), position, DOCUMENT, SETTINGS.leaseTtl()))
              .toList());
    };
  }

  private static String key(int i) {
    return "session:token-" + i;
  }

  private static Run run(RedisCommands<byte[], byte[]> admin, Sender sender) {
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

  private static double cpu(RedisCommands<byte[], byte[]> admin) {
    return admin
        .info("cpu")
        .lines()
        .filter(line -> line.matches("used_cpu_(user|sys):.*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private static double median(List<Run> runs, boolean cpu) {
    double[] values = runs.stream().mapToDouble(r -> cpu ? r.serverCpu() : r.seconds()).toArray();
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void print(RedisVersion version, String kind, List<Run> runs, List<Run> plain) {
    double[] seconds = runs.stream().mapToDouble(Run::seconds).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s %-14s %5.2f s (%.2f-%.2f), %4.2fx; %7.0f writes/s; server CPU %4.1f us a write, %4.2fx%n",
        version,
        kind,
        median(runs, false),
        seconds[0],
        seconds[seconds.length - 1],
        median(runs, false) / median(plain, false),
        2 * KEYS / median(runs, false),
        median(runs, true) * 1e6 / (2 * KEYS),
        median(runs, true) / median(plain, true));
  }
}
