package dev.sessioncache.capture;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Records on their way to Kafka; {@link #await} returns once all of them have been acknowledged.
 * Used by one thread, but for {@link #waitingFor}.
 */
final class AcknowledgedWrites {

  private static final long NONE = Long.MIN_VALUE;

  private record Write(Future<RecordMetadata> answer, long sinceNanos) {}

  private final Producer<String, byte[]> producer;
  private final Queue<Write> underWay = new ConcurrentLinkedQueue<>();

  /** When the record began that the producer has not taken into its buffer yet. */
  private volatile long sendingSinceNanos = NONE;

  AcknowledgedWrites(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Sends each of them.
   *
   * @throws KafkaException when one was given up already: a producer that has lost its brokers
   *     waits for {@code max.block.ms} with each record
   */
  void send(Stream<ProducerRecord<String, byte[]>> records) throws InterruptedException {
    for (ProducerRecord<String, byte[]> record : records.toList()) {
      long since = System.nanoTime();
      Future<RecordMetadata> answer = send(record, since);
      if (answer.isDone()) {
        requireAcknowledged(answer);
      } else {
        underWay.add(new Write(answer, since));
      }
    }
  }

  private Future<RecordMetadata> send(ProducerRecord<String, byte[]> record, long since) {
    sendingSinceNanos = since;
    try {
      return producer.send(record);
    } finally {
      sendingSinceNanos = NONE;
    }
  }

  /**
   * Waits for all.
   *
   * @throws KafkaException when one was not acknowledged within {@code delivery.timeout.ms}
   */
  void await() throws InterruptedException {
    for (Write write : underWay) {
      requireAcknowledged(write.answer());
    }
    underWay.clear();
  }

  /** For how long Kafka owes an answer, by any thread; zero when it owes none. */
  Duration waitingFor() {
    long now = System.nanoTime();
    long sending = sendingSinceNanos;
    return underWay.stream()
        .filter(write -> !write.answer().isDone())
        .findFirst()
        .map(write -> Duration.ofNanos(now - write.sinceNanos()))
        .orElse(sending == NONE ? Duration.ZERO : Duration.ofNanos(now - sending));
  }

  private static void requireAcknowledged(Future<RecordMetadata> write)
      throws InterruptedException {
    try {
      write.get();
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka has not acknowledged a change", e.getCause());
    }
  }
}
