package dev.sessioncache.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.demo.data.Cache;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application that looks at the sessions all the time: one MGET of the lanes' watermarks and the
 * hot keys after another, the cold ones now and then. One MGET sees one state of Redis. A read that
 * fails tells nothing. Owns its thread and connection.
 */
final class Reader implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final int COLD_EVERY = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RedisClient client;
  private final List<String> watermarks;
  private final Tokens tokens;
  private final Observations observations;
  private final SteadyClock clock;
  private final Duration bound;
  private final Thread thread = new Thread(this::run, "reader");
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  Reader(
      String redisUrl,
      int lanes,
      Tokens tokens,
      Observations observations,
      SteadyClock clock,
      Duration bound) {
    this.client = RedisClient.create(redisUrl);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    this.watermarks =
        IntStream.range(0, lanes).mapToObj(lane -> "warmer:watermark:" + lane).toList();
    this.tokens = tokens;
    this.observations = observations;
    this.clock = clock;
    this.bound = bound;
  }

  void start() {
    thread.start();
  }

  /** Throws what ended the reader, if anything did. */
  void check() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  private void run() {
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      for (int round = 0; !closed; round++) {
        read(connection, round % COLD_EVERY == 0);
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(StatefulRedisConnection<String, String> connection, boolean all)
      throws InterruptedException {
    List<String> asked = new ArrayList<>(tokens.hot());
    if (all) {
      asked.addAll(tokens.cold());
    }
    String[] keys =
        Stream.concat(watermarks.stream(), asked.stream().map(Cache::key)).toArray(String[]::new);
    long sent = clock.millis();
    try {
      List<KeyValue<String, String>> answer = await(connection.async().mget(keys));
      note(asked, answer, sent, clock.millis());
    } catch (ExecutionException | RedisException e) {
      // Redis is away: no answer tells nothing.
    }
  }

  /** However long it takes: a second read behind one that hangs would tell no more. */
  private List<KeyValue<String, String>> await(RedisFuture<List<KeyValue<String, String>>> read)
      throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return read.get(100, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (closed) {
          throw new InterruptedException();
        }
      }
    }
  }

  private void note(
      List<String> asked, List<KeyValue<String, String>> answer, long sent, long answered) {
    long oldest = Long.MAX_VALUE;
    for (int lane = 0; lane < watermarks.size(); lane++) {
      oldest = Math.min(oldest, millis(answer.get(lane)));
    }
    long claim = oldest >= answered - bound.toMillis() ? oldest : 0;
    for (int i = 0; i < asked.size(); i++) {
      String value = answer.get(watermarks.size() + i).getValueOrElse("");
      observations.saw(asked.get(i), value.isEmpty() ? null : value, sent, answered, claim);
    }
  }

  private static long millis(KeyValue<String, String> watermark) {
    if (!watermark.hasValue()) {
      return 0;
    }
    try {
      JsonNode mark = JSON.readTree(watermark.getValue());
      return mark.required("at_ms").asLong();
    } catch (IOException e) {
      throw new IllegalStateException("a watermark is no JSON", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join(CLOSE_TIMEOUT.toMillis());
    client.shutdown();
  }
}
