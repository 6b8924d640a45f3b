package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

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
    if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
      return unreachable(e);
    }
    if (e.getCause() instanceof SslAuthenticationException) {
      return new OperationException(
          "Kafka has no certificate that we trust, or one for another host, or wants one of ours, or"
              + " speaks no TLS: name its authority with kafka.ca and its hosts with"
              + " KAFKA_BOOTSTRAP_SERVERS; our own are kafka.certificate and kafka.key",
          e);
    }
    if (e.getCause() instanceof AuthenticationException) {
      return new OperationException(
          "Kafka refuses our login: check kafka.username, kafka.password, kafka.sasl.mechanism and"
              + " kafka.security.protocol",
          e);
    }
    return e.getCause() instanceof AuthorizationException
        ? new OperationException(refusal + " (the rights that we need: docs/security.md)", e)
        : new OperationException(refusal, e);
  }

  private static OperationException unreachable(Exception e) {
    return new OperationException(
        "Kafka does not answer: is it running and reachable, and does it speak as"
            + " kafka.security.protocol says? (KAFKA_BOOTSTRAP_SERVERS)",
        e);
  }
}
