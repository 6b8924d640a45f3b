package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
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

  /** Each of them would be waited for, and a batch holds thousands. */
  @Test
  void shouldSendNoMoreWhenOneWasGivenUp() {
    LostBrokers producer = new LostBrokers();
    ProducerRecord<String, byte[]> record = new ProducerRecord<>("changes", 0, "key", new byte[0]);

    assertThatThrownBy(
            () -> new AcknowledgedWrites(producer).send(Stream.generate(() -> record).limit(300)))
        .isInstanceOf(KafkaException.class)
        .hasCauseInstanceOf(TimeoutException.class);

    assertThat(producer.asked).isEqualTo(1);
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
