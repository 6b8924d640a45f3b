package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.RedisVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches: split into calls, done in order, whatever Redis forgets meanwhile. */
@ParameterizedClass
@EnumSource
class GuardedWriterIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final StreamPosition STREAM = GuardedRedis.stream(16, 100);

  private final GuardedRedis redis;

  GuardedWriterIT(RedisVersion version) {
    redis = new GuardedRedis(version);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void shouldHaveLoadedTheScriptBeforeTheFirstWrite() {
    redis.commands().scriptFlush();

    redis.newWriter();

    String digest = redis.commands().digest(GuardScript.source());
    Awaitility.await("the script is loaded")
        .atMost(TIMEOUT)
        .until(() -> redis.commands().scriptExists(digest).equals(List.of(true)));
  }

  @Test
  void shouldWriteTheWholeBatchWhenRedisHasForgottenTheScript() throws Exception {
    redis.commands().scriptFlush();

    WriteCounts counts =
        redis.write(
            IntStream.range(0, 180)
                .mapToObj(i -> redis.put("key:" + i, STREAM, "value"))
                .toArray(GuardedWrite[]::new));

    assertThat(counts.stored()).isEqualTo(180);
    assertThat(redis.value("key:179")).isEqualTo("value");
  }

  /** At equal positions the order alone decides: the last write of the key must be the last. */
  @Test
  void shouldKeepTheOrderWhenTheScriptIsForgottenAndFoundAgainInTheMiddle() throws Exception {
    GuardedWriter writer = redis.newWriter();
    List<GuardedWrite> batch = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      batch.add(redis.put("filler:" + i, STREAM, "x".repeat(50_000)));
      batch.add(
          i % 2 == 0
              ? redis.put("key", STREAM, "value")
              : GuardedWrite.removal("key", STREAM.encode()));
    }
    int inTheMiddle = 0;
    for (int round = 0; round < 5 || inTheMiddle == 0; round++) {
      assertThat(round).as("rounds in which Redis was faster than this loop").isLessThan(100);
      int forgotten = 0;
      CompletableFuture<WriteCounts> answer = writer.write(batch).toCompletableFuture();
      while (!answer.isDone()) {
        redis.commands().scriptFlush();
        redis.commands().scriptLoad(GuardScript.source());
        forgotten++;
      }
      assertThat(answer.get().stored() + answer.get().removed()).isEqualTo(batch.size());
      assertThat(redis.value("key")).as("after round %d", round).isNull();
      inTheMiddle += forgotten > 1 ? 1 : 0;
    }
  }

  @Test
  void shouldDoSeveralWritesOfOneKeyInOneCallInOrder() throws Exception {
    WriteCounts counts =
        redis.write(
            redis.put("key", STREAM, "first"),
            redis.put("key", GuardedRedis.stream(48, 300), "third"),
            redis.put("key", GuardedRedis.stream(32, 200), "second"),
            GuardedWrite.removal("other", STREAM.encode()),
            redis.put("other", STREAM, "again"));

    assertThat(counts).isEqualTo(new WriteCounts(3, 1, 1, 0, 0));
    assertThat(redis.value("key")).isEqualTo("third");
    assertThat(redis.value("other")).isEqualTo("again");
  }

  @Test
  void shouldSplitByNumberAndByBytes() {
    GuardCall.Common common =
        new GuardCall.Common(Placement.onOneServer(GuardedRedis.SETTINGS), "generation", 0);
    GuardedWrite small = redis.put("key", STREAM, "x");
    GuardedWrite large = redis.put("key", STREAM, "x".repeat(GuardCall.MAX_BYTES / 2));
    GuardedWrite huge = redis.put("key", STREAM, "x".repeat(GuardCall.MAX_BYTES * 2));

    assertThat(writes(GuardCall.split(Collections.nCopies(101, small), common, 50)))
        .containsExactly(50, 50, 1);
    assertThat(writes(GuardCall.split(Collections.nCopies(5, large), common, 50)))
        .containsExactly(2, 2, 1);
    assertThat(writes(GuardCall.split(List.of(small, huge, huge, small), common, 50)))
        .containsExactly(1, 1, 1, 1);
    assertThat(GuardCall.split(List.of(), common, 50)).isEmpty();
  }

  private static List<Integer> writes(List<GuardCall> calls) {
    return calls.stream().map(call -> (call.keys().length - 1) / 2).toList();
  }

  @Test
  void shouldKeepTheBytesOfADocument() throws Exception {
    String document = "{\"name\":\"Zoë \\u0000 \r\n\"}" + "x".repeat(GuardCall.MAX_BYTES * 2);

    redis.write(redis.put("key", STREAM, document));

    assertThat(redis.commands().get("key".getBytes(UTF_8))).isEqualTo(document.getBytes(UTF_8));
  }
}
