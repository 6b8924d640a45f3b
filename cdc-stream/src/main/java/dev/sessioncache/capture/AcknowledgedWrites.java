package dev.sessioncache.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Records on their way to Kafka; {@link #await} returns once all of them have been acknowledged.
 */
final class AcknowledgedWrites {

  private final Producer<String, byte[]> producer;
  private final List<Future<RecordMetadata>> underWay = new ArrayList<>();

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
      Future<RecordMetadata> write = producer.send(record);
      if (write.isDone()) {
        requireAcknowledged(write);
      } else {
        underWay.add(write);
      }
    }
  }

  /**
   * Waits for all.
   *
   * @throws KafkaException when one was not acknowledged within {@code delivery.timeout.ms}
   */
  void await() throws InterruptedException {
    for (Future<RecordMetadata> write : underWay) {
      requireAcknowledged(write);
    }
    underWay.clear();
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
