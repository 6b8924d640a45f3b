package dev.sessioncache.project;

import dev.sessioncache.log.Outage;
import dev.sessioncache.topic.KafkaOutage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which project does without Kafka Streams because Kafka is away: from the first
 * failure until Kafka Streams runs again. Says what is waited for and how long, and tells the log
 * and the health check. Thread-safe: used by project's thread, those of Kafka Streams and those
 * that ask for the health.
 */
final class ProjectOutage {

  private static final Logger log = LoggerFactory.getLogger(ProjectOutage.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  /** A broker that has just started may not know a topic yet; one that is gone stays so. */
  private static final Duration MISSING_TOPIC = Duration.ofSeconds(30);

  private final String server;
  private final LongSupplier nanoTime;
  private final Outage outage = new Outage();
  private OptionalLong missingSinceNanos = OptionalLong.empty();
  private int attempts;

  /**
   * None yet.
   *
   * @param brokers {@code host:port} of those of Kafka that are asked first
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  ProjectOutage(String brokers, LongSupplier nanoTime) {
    this.server = "Kafka at " + brokers;
    this.nanoTime = nanoTime;
  }

  /**
   * Whether what has failed now is waited for. A topic that Kafka does not know is, for half a
   * minute from the first such failure in a row.
   */
  synchronized boolean isWaitedFor(Throwable failure) {
    if (!isOfAMissingTopic(failure)) {
      missingSinceNanos = OptionalLong.empty();
      return KafkaOutage.is(failure);
    }
    long now = nanoTime.getAsLong();
    if (missingSinceNanos.isEmpty()) {
      missingSinceNanos = OptionalLong.of(now);
    }
    return now - missingSinceNanos.getAsLong() < MISSING_TOPIC.toNanos();
  }

  /**
   * It has failed, once more or for the first time.
   *
   * @return how long to wait before the next attempt, at random from half of an ever longer time to
   *     all of it
   */
  synchronized Duration failed(Throwable failure) {
    attempts++;
    if (outage.failed()) {
      log.warn(
          "event=project_failed attempt={} server=\"{}\" cause=\"{}\" hint=\"it is waited for; what"
              + " is under way is done again\"",
          attempts,
          server,
          kinds(failure));
    }
    log.debug("event=project_failed", failure);
    return backOff(attempts);
  }

  /** Kafka Streams runs: it has its lanes, and has restored what they hold. */
  synchronized void runs() {
    attempts = 0;
    missingSinceNanos = OptionalLong.empty();
    outage
        .answered()
        .ifPresent(
            lasted ->
                log.info("event=project_continues server=\"{}\" ms={}", server, lasted.toMillis()));
  }

  /** What is waited for; empty while Kafka Streams runs, or has not failed. */
  synchronized Optional<String> whyWaiting() {
    return attempts == 0 ? Optional.empty() : Optional.of(server + " is waited for");
  }

  private static boolean isOfAMissingTopic(Throwable failure) {
    return causes(failure)
        .anyMatch(
            cause ->
                cause instanceof MissingSourceTopicException
                    || cause instanceof UnknownTopicOrPartitionException
                    || cause instanceof UnknownTopicIdException);
  }

  /** Without their messages, which may quote records. */
  private static String kinds(Throwable failure) {
    return causes(failure)
        .map(cause -> cause.getClass().getSimpleName())
        .collect(Collectors.joining(" < "));
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  private static Duration backOff(int attempts) {
    long ceiling = FIRST_BACK_OFF.toMillis() << Math.min(attempts - 1, 10);
    long bounded = Math.min(ceiling, LONGEST_BACK_OFF.toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bounded / 2, bounded + 1));
  }
}
