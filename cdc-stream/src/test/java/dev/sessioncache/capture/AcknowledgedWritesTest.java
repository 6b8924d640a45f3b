package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class AcknowledgedWritesTest {

  private static final ProducerRecord<String, byte[]> RECORD =
      new ProducerRecord<>("changes", 0, "key", new byte[0]);

  /** Each of them would be waited for, and a batch holds thousands. */
  @Test
  void shouldSendNoMoreWhenOneWasGivenUp() {
    LostBrokers producer = new LostBrokers();
    assertThatThrownBy(
            () -> new AcknowledgedWrites(producer).send(Stream.generate(() -> RECORD).limit(300)))
        .isInstanceOf(KafkaException.class)
        .hasCauseInstanceOf(TimeoutException.class);

    assertThat(producer.asked).isEqualTo(1);
  }

  @Test
  void shouldWaitForTheFirstThatIsNotAcknowledged() throws Exception {
    MockProducer<String, byte[]> producer = SinkDriver.slow();
    AcknowledgedWrites writes = new AcknowledgedWrites(producer);
    assertThat(writes.waitingFor()).isZero();

    writes.send(Stream.of(RECORD, RECORD));
    assertThat(writes.waitingFor()).isPositive();
    producer.completeNext();
    assertThat(writes.waitingFor()).isPositive();
    producer.completeNext();

    assertThat(writes.waitingFor()).as("all are acknowledged").isZero();
  }

  @Test
  void shouldWaitForTheProducerThatDoesNotTakeARecord() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    AcknowledgedWrites writes = new AcknowledgedWrites(new FullBuffer(taken));
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              try {
                writes.send(Stream.of(RECORD));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    await("it waits").atMost(SinkDriver.SOON).until(() -> !writes.waitingFor().isZero());
    taken.countDown();
    sent.get(SinkDriver.SOON.toSeconds(), TimeUnit.SECONDS);

    assertThat(writes.waitingFor()).isZero();
  }

  /** Takes a record when it is told to. */
  private static final class FullBuffer extends MockProducer<String, byte[]> {

    private final CountDownLatch taken;

    FullBuffer(CountDownLatch taken) {
      super(true, null, new StringSerializer(), new ByteArraySerializer());
      this.taken = taken;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
      try {
        taken.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return super.send(record);
    }
  }

  /** Has waited for {@code max.block.ms} in vain. */
  private static final class LostBrokers extends MockProducer<String, byte[]> {

    private int asked;

    LostBrokers() {
      super(false, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
      asked++;
      return CompletableFuture.failedFuture(new TimeoutException("not in metadata"));
    }
  }
}
