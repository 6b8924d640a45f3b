package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.KafkaOutage;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** A broker that says that records are there, and hands none out. */
class CaptureLogTest {

  private static final TopicPartition PARTITION = new TopicPartition("capture", 0);

  @Test
  void shouldBeAnOutageWhenKafkaHasGoneMeanwhile() {
    Throwable failure = lastOf(new Withholding(true));

    assertThat(failure).isInstanceOf(OperationException.class);
    assertThat(KafkaOutage.is(failure)).isTrue();
  }

  @Test
  void shouldBeNoOutageWhenKafkaAnswersAndHandsThemNotOut() {
    Throwable failure = lastOf(new Withholding(false));

    assertThat(failure)
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("does not hand out the last records of topic capture");
    assertThat(KafkaOutage.is(failure)).isFalse();
  }

  private static Throwable lastOf(Withholding consumer) {
    CaptureLog log = new CaptureLog("capture", () -> consumer, Duration.ofMillis(50));
    return catchThrowable(log::last);
  }

  private static final class Withholding extends MockConsumer<String, byte[]> {

    private final boolean goesAway;
    private boolean asked;

    Withholding(boolean goesAway) {
      super("earliest");
      this.goesAway = goesAway;
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, 1L));
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      if (asked && goesAway) {
        throw new TimeoutException("no answer");
      }
      asked = true;
      return super.endOffsets(partitions, timeout);
    }
  }
}
