package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.app.LoggedEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CaptureOutagesTest {

  private static final Duration WITHIN_PATIENCE = Duration.ofSeconds(5);
  private static final Duration TOO_LONG = Duration.ofSeconds(6);

  private final CaptureProgress progress = new CaptureProgress(new SimpleMeterRegistry());
  private final KafkaSilence silence = new KafkaSilence("Kafka at b:9092", progress);
  private final LoggedEvents events = new LoggedEvents();

  @AfterEach
  void close() {
    events.close();
  }

  @Test
  void shouldBePatientWithKafka() {
    silence.look(Duration.ZERO);
    silence.look(WITHIN_PATIENCE);

    progress.captured(1, true);

    assertThat(events.count("kafka_silent")).isZero();
    assertThat(events.count("kafka_back")).isZero();
  }

  @Test
  void shouldTellOnceThatKafkaIsSilentAndHowLongItWas() {
    silence.look(TOO_LONG);
    silence.look(TOO_LONG.plusMillis(200));

    progress.captured(1, true);
    progress.captured(1, true);

    assertThat(events.text())
        .containsOnlyOnce("event=kafka_silent server=\"Kafka at b:9092\" ms=6000")
        .containsPattern("event=kafka_back server=\"Kafka at b:9092\" ms=([6-9]|\\d\\d)\\d{3}\\b");
    assertThat(events.count("kafka_back")).isEqualTo(1);
  }

  /** Its readings had failed at their start, before anything was written. */
  @Test
  void shouldTellThatKafkaIsBackWhenItHasOnlyFailed() {
    assertThat(progress.outages().kafkaFailed("Kafka at b:9092")).isTrue();
    assertThat(progress.outages().kafkaFailed("Kafka at b:9092")).isFalse();

    progress.captured(0, true);

    assertThat(events.count("kafka_back")).isEqualTo(1);
  }

  /** It has not heard of Kafka since then. */
  @Test
  void shouldNotTellOfAnOutageThatItHasStoodByFor() {
    silence.look(TOO_LONG);
    progress.outages().kafkaFailed("Kafka at b:9092");
    progress.standsBy();

    progress.captured(1, true);

    assertThat(events.count("kafka_back")).isZero();
    silence.look(TOO_LONG);
    assertThat(events.count("kafka_silent")).as("the next outage").isEqualTo(2);
  }

  @Test
  void shouldTellThatPostgresIsBackWhenAChangeHasCome() {
    progress.outages().postgresFailed("Postgres at db:5432/app");

    progress.captured(1, true);

    assertThat(progress.outages().postgresAnswered()).isFalse();
    assertThat(events.count("postgres_back")).isEqualTo(1);
  }
}
