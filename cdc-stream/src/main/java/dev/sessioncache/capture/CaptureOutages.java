package dev.sessioncache.capture;

import dev.sessioncache.log.Outage;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outages of the two servers that capture needs, from the first failure to what proves that the
 * server is back. They outlive the readings. Thread-safe: Kafka is heard of by the engine's thread.
 */
final class CaptureOutages {

  private static final Logger log = LoggerFactory.getLogger(CaptureOutages.class);

  private final Outage postgres = new Outage();
  private final Outage kafka = new Outage();
  private final Outage silence = new Outage();
  private String postgresName = "";
  private String kafkaName = "";
  private Duration silentBefore = Duration.ZERO;

  /** A reading has failed since Postgres is away; returns whether that is to be logged. */
  synchronized boolean postgresFailed(String server) {
    postgresName = server;
    return postgres.failed();
  }

  /** Postgres has answered, which ends an outage of it; returns whether there was one. */
  synchronized boolean postgresAnswered() {
    Optional<Duration> outage = postgres.answered();
    outage.ifPresent(
        lasted ->
            log.info("event=postgres_back server=\"{}\" ms={}", postgresName, lasted.toMillis()));
    return outage.isPresent();
  }

  /** A reading has failed since Kafka is away; returns whether that is to be logged. */
  synchronized boolean kafkaFailed(String server) {
    kafkaName = server;
    return kafka.failed();
  }

  /**
   * Kafka keeps us waiting; returns whether that is to be logged.
   *
   * @param waiting for how long it has by now
   */
  synchronized boolean kafkaIsSilent(String server, Duration waiting) {
    kafkaName = server;
    boolean toTell = silence.failed();
    silentBefore = silentBefore.isZero() ? waiting : silentBefore;
    return toTell;
  }

  /** Kafka has taken what we write, which ends an outage of it. */
  synchronized void kafkaAnswered() {
    Optional<Duration> failed = kafka.answered();
    Optional<Duration> silent = silence.answered().map(silentBefore::plus);
    silentBefore = Duration.ZERO;
    Stream.of(failed, silent)
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        .ifPresent(
            lasted ->
                log.info("event=kafka_back server=\"{}\" ms={}", kafkaName, lasted.toMillis()));
  }

  /** We stand by and do not write: when Kafka is back is another instance's to tell. */
  synchronized void forgetKafka() {
    kafka.answered();
    silence.answered();
    silentBefore = Duration.ZERO;
  }
}
