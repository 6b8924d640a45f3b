package dev.sessioncache.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.app.LoggedEvents;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaWatchTest {

  private final AtomicLong now = new AtomicLong(-5);
  private final KafkaWatch watch = new KafkaWatch("broker:9092", this::ask, now::get);
  private final LoggedEvents events = new LoggedEvents();
  private @Nullable Throwable failure;

  private void ask() throws ExecutionException, java.util.concurrent.TimeoutException {
    if (failure instanceof java.util.concurrent.TimeoutException late) {
      throw late;
    }
    if (failure != null) {
      throw new ExecutionException(failure);
    }
  }

  private void look() {
    now.addAndGet(TimeUnit.SECONDS.toNanos(4));
    watch.look();
  }

  @AfterEach
  void close() {
    events.close();
    watch.close();
  }

  @Test
  void shouldTellOnceThatKafkaDoesNotAnswerAndOnceThatItDoesAgain() {
    look();
    failure = new TimeoutException("away");
    look();
    failure = new java.util.concurrent.TimeoutException();
    look();
    look();

    assertThat(events.text())
        .startsWith("event=kafka_does_not_answer server=\"Kafka at broker:9092\" ms=8000 ")
        .hasLineCount(1);

    failure = null;
    look();
    look();

    assertThat(events.count("kafka_answers")).isEqualTo(1);
    assertThat(events.text())
        .hasLineCount(2)
        .endsWith("event=kafka_answers server=\"Kafka at broker:9092\" ms=16000");
  }

  /** One of several brokers is restarted. */
  @Test
  void shouldTellNothingOfOneFailure() {
    failure = new TimeoutException("away");
    look();
    failure = null;
    look();
    failure = new TimeoutException("away");
    look();

    assertThat(events.text()).isEmpty();
  }

  @Test
  void shouldTakeARefusalForAnAnswer() {
    failure = new ClusterAuthorizationException("no");
    look();
    look();

    assertThat(events.text()).isEmpty();
  }
}
