package dev.sessioncache.capture;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when Kafka holds capture up. A reading fails only when Kafka's producer has given a
 * record up, after half a minute; an operator should not hear of it so late. That it goes on is
 * told by {@link CaptureProgress#captured}. Thread-safe.
 */
final class KafkaSilence {

  private static final Logger log = LoggerFactory.getLogger(KafkaSilence.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String kafka;
  private final CaptureProgress progress;

  /**
   * @param kafka {@link CaptureServers#kafka}
   */
  KafkaSilence(String kafka, CaptureProgress progress) {
    this.kafka = kafka;
    this.progress = progress;
  }

  /**
   * Looks, however often it is called.
   *
   * @param waiting for how long Kafka owes us an answer; zero when it owes none
   */
  void look(Duration waiting) {
    if (waiting.compareTo(PATIENCE) > 0 && progress.outages().kafkaIsSilent(kafka, waiting)) {
      log.warn(
          "event=kafka_silent server=\"{}\" ms={} hint=\"it does not acknowledge what is written;"
              + " the slot keeps the changes\"",
          kafka,
          waiting.toMillis());
    }
  }
}
