package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.redis.RedisConnection;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * L2: the values of Redis. When it fails or is slow, a circuit breaker keeps validations from
 * waiting for it, and lets a few try whether it is back. Thread-safe.
 */
final class SharedCache {

  /** Each call ends by its own time limit, so those let through half open always come back. */
  private static final CircuitBreakerConfig BREAKER =
      CircuitBreakerConfig.custom()
          .slidingWindowSize(100)
          .minimumNumberOfCalls(20)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(1))
          .permittedNumberOfCallsInHalfOpenState(3)
          .build();

  private final Tracking tracking;
  private final Duration timeout;
  private final CircuitBreaker breaker = CircuitBreaker.of("redis", BREAKER);

  SharedCache(Tracking tracking, ReaderSettings settings) {
    this.tracking = tracking;
    this.timeout = Collections.min(List.of(settings.redisTimeout(), settings.timeout()));
  }

  CircuitBreaker.State state() {
    return breaker.getState();
  }

  /**
   * The value of a key, empty when there is none. What goes on with it does so on the thread that
   * reads the connection, for all.
   */
  CompletableFuture<Optional<byte[]>> get(String key) {
    return limited(key, value -> value.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** The same for who waits: it is done, and what goes on with it does so on this thread. */
  CompletableFuture<Optional<byte[]>> await(String key) {
    Waiting waiting = Waiting.atMost(timeout);
    return limited(key, waiting::until);
  }

  private CompletableFuture<Optional<byte[]>> limited(
      String key, UnaryOperator<CompletableFuture<Optional<byte[]>>> limit) {
    Optional<RedisConnection> connection = tracking.connection();
    if (connection.isEmpty() || !breaker.tryAcquirePermission()) {
      return CompletableFuture.failedFuture(new NotAskedException());
    }
    long from = breaker.getCurrentTimestamp();
    return limit
        .apply(asked(connection.get(), key).thenApply(Optional::ofNullable))
        .whenComplete(
            (value, failure) -> {
              long took = breaker.getCurrentTimestamp() - from;
              if (failure == null) {
                breaker.onSuccess(took, breaker.getTimestampUnit());
              } else {
                breaker.onError(took, breaker.getTimestampUnit(), failure);
              }
            });
  }

  private static CompletableFuture<byte @Nullable []> asked(
      RedisConnection connection, String key) {
    try {
      return connection.async().get(key.getBytes(UTF_8)).toCompletableFuture();
    } catch (RuntimeException e) { // it is being closed
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Takes a value away. */
  CompletableFuture<Long> delete(String key) {
    Optional<RedisConnection> connection = tracking.connection();
    if (connection.isEmpty()) {
      return CompletableFuture.failedFuture(new NotAskedException());
    }
    try {
      return connection.get().async().del(key.getBytes(UTF_8)).toCompletableFuture();
    } catch (RuntimeException e) { // it is being closed
      return CompletableFuture.failedFuture(e);
    }
  }
}
