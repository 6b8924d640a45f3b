package dev.sessioncache.capture;

import dev.sessioncache.log.Outage;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when Kafka holds capture up, and when it goes on. A reading fails only when Kafka's
 * producer has given a record up, after half a minute; an operator should not hear of it so late.
 * It outlives the readings. Used by {@link Capture}'s thread alone.
 */
final class KafkaSilence {

  private static final Logger log = LoggerFactory.getLogger(KafkaSilence.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String kafka;
  private final CaptureProgress progress;
  private final Outage outage = new Outage();
  private long batchesBefore;

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
   * @param waiting for how long the batch under way has waited for Kafka; zero when none is
   */
  void look(Duration waiting) {
    if (waiting.compareTo(PATIENCE) > 0) {
      batchesBefore = progress.batches();
      if (outage.failed()) {
        log.warn(
            "event=kafka_silent server=\"{}\" ms={} hint=\"it does not acknowledge what is written;"
                + " the slot keeps the changes\"",
            kafka,
            waiting.toMillis());
      }
    } else if (progress.batches() > batchesBefore) {
      outage
          .answered()
          .ifPresent(
              lasted ->
                  log.info(
                      "event=kafka_back server=\"{}\" ms={}",
                      kafka,
                      lasted.plus(PATIENCE).toMillis()));
    }
  }
}
