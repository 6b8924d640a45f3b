package dev.sessioncache.capture;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A producer that writes everything and then once says that the record of the position, a batch's
 * last, has failed: as a crash does between acknowledgement and confirmation.
 */
final class FailingProducer extends MockProducer<String, byte[]> {

  private final Producer<String, byte[]> real;
  private final String captureTopic;
  private final AtomicInteger untilArmed = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicBoolean failed = new AtomicBoolean();

  FailingProducer(Producer<String, byte[]> real, String captureTopic) {
    super(true, null, new StringSerializer(), new ByteArraySerializer());
    this.real = real;
    this.captureTopic = captureTopic;
  }

  /** Fails the batch in which that many more records of changes have been written. */
  void failAfterTheNext(int changes) {
    untilArmed.set(changes);
  }

  boolean hasFailed() {
    return failed.get();
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
    Future<RecordMetadata> written = real.send(record);
    if (!record.topic().equals(captureTopic)) {
      if (record.key().startsWith("user_sessions/")) {
        untilArmed.decrementAndGet();
      }
      return written;
    }
    if (untilArmed.get() > 0 || !failed.compareAndSet(false, true)) {
      return written;
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            written.get();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          throw new KafkaException("as if the process had ended here");
        });
  }

  @Override
  public void close(Duration timeout) {
    real.close(timeout);
  }
}
