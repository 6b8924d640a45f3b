package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for what the brokers answer to an admin client, for as long as an operator may wait. */
public final class KafkaAnswer {

  static final Duration PATIENCE = Duration.ofSeconds(15);

  private KafkaAnswer() {}

  /**
   * The answer, for a caller who knows of causes to go on with.
   *
   * @throws ExecutionException when Kafka refuses
   * @throws OperationException when it does not answer
   */
  public static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  /**
   * The answer.
   *
   * @param refusal what to say when Kafka refuses
   * @throws OperationException when it refuses or does not answer
   */
  public static <T> T of(KafkaFuture<T> future, String refusal) throws InterruptedException {
    try {
      return get(future);
    } catch (ExecutionException e) {
      throw failure(e, refusal);
    }
  }

  /** A refusal as one line; the client gives up by itself before we do. */
  public static OperationException failure(ExecutionException e, String refusal) {
    return e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
        ? unreachable(e)
        : new OperationException(refusal, e);
  }

  private static OperationException unreachable(Exception e) {
    return new OperationException(
        "Kafka does not answer: is it running and reachable? (KAFKA_BOOTSTRAP_SERVERS)", e);
  }
}
