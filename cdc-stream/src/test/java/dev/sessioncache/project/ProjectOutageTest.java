package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.app.LoggedEvents;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ProjectOutageTest {

  private static final StreamsException AWAY = new StreamsException(new TimeoutException("away"));
  private static final StreamsException MISSING = new MissingSourceTopicException("no topic");

  private final AtomicLong now = new AtomicLong(-5);
  private final ProjectOutage outage = new ProjectOutage("broker:9092", now::get);

  @Test
  void shouldWaitForKafkaHoweverLong() {
    assertThat(outage.isWaitedFor(AWAY)).isTrue();
    after(Duration.ofDays(400));
    assertThat(outage.isWaitedFor(AWAY)).isTrue();
  }

  @Test
  void shouldNotWaitWhenKafkaRefuses() {
    assertThat(outage.isWaitedFor(new TopicAuthorizationException("no"))).isFalse();
    assertThat(outage.isWaitedFor(new NullPointerException())).isFalse();
  }

  @Test
  void shouldWaitHalfAMinuteForATopicThatIsNotThere() {
    assertThat(outage.isWaitedFor(MISSING)).isTrue();
    after(Duration.ofSeconds(29));
    assertThat(outage.isWaitedFor(new UnknownTopicOrPartitionException("no topic"))).isTrue();
    after(Duration.ofSeconds(2));
    assertThat(outage.isWaitedFor(MISSING)).isFalse();
  }

  @Test
  void shouldWaitAnewForATopicThatWasThereMeanwhileOrOfWhichNobodyKnew() {
    assertThat(outage.isWaitedFor(MISSING)).isTrue();
    after(Duration.ofSeconds(31));
    outage.runs();
    assertThat(outage.isWaitedFor(MISSING)).isTrue();
    after(Duration.ofSeconds(31));
    assertThat(outage.isWaitedFor(AWAY)).isTrue();
    assertThat(outage.isWaitedFor(MISSING)).isTrue();
  }

  @Test
  void shouldWaitEverLongerUpToTenSeconds() {
    assertThat(outage.failed(AWAY)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
    for (int attempt = 2; attempt < 100; attempt++) {
      outage.failed(AWAY);
    }
    assertThat(outage.failed(AWAY)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    outage.runs();
    assertThat(outage.failed(AWAY)).isLessThanOrEqualTo(Duration.ofMillis(500));
  }

  @Test
  void shouldTellOfTheFirstFailureAndOfTheEnd() {
    try (LoggedEvents events = new LoggedEvents()) {
      outage.runs();
      assertThat(outage.whyWaiting()).isEmpty();
      assertThat(events.text()).isEmpty();

      outage.failed(AWAY);
      outage.failed(AWAY);

      assertThat(outage.whyWaiting()).contains("Kafka at broker:9092 is waited for");
      assertThat(events.count("project_failed")).isEqualTo(1);
      assertThat(events.text())
          .contains("server=\"Kafka at broker:9092\"")
          .contains("cause=\"StreamsException < TimeoutException\"");

      outage.runs();

      assertThat(outage.whyWaiting()).isEmpty();
      assertThat(events.count("project_continues")).isEqualTo(1);
    }
  }

  private void after(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
