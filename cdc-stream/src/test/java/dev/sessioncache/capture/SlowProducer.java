package dev.sessioncache.capture;

import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A producer that takes its time for the record of the position, a batch's last. */
final class SlowProducer extends MockProducer<String, byte[]> {

  private final Producer<String, byte[]> real;
  private final String captureTopic;
  private final Duration pause;

  SlowProducer(Producer<String, byte[]> real, String captureTopic, Duration pause) {
    super(true, null, new StringSerializer(), new ByteArraySerializer());
    this.real = real;
    this.captureTopic = captureTopic;
    this.pause = pause;
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
    if (record.topic().equals(captureTopic)) {
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return real.send(record);
  }

  @Override
  public void close(Duration timeout) {
    real.close(timeout);
  }
}
