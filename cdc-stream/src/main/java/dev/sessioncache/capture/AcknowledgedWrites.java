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

  void send(Stream<ProducerRecord<String, byte[]>> records) {
    records.forEach(record -> underWay.add(producer.send(record)));
  }

  /**
   * Waits for all.
   *
   * @throws KafkaException when one was not acknowledged within {@code delivery.timeout.ms}
   */
  void await() throws InterruptedException {
    for (Future<RecordMetadata> write : underWay) {
      try {
        write.get();
      } catch (ExecutionException e) {
        throw new KafkaException("Kafka has not acknowledged a change", e.getCause());
      }
    }
    underWay.clear();
  }
}
