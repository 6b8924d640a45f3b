package dev.sessioncache.topic;

import dev.sessioncache.log.Outage;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka once a second whether it answers, and tells the log when it does not and when it does
 * again: its clients wait in silence, and so do the stages that are built on them. One failure is
 * not told of: a broker of several may just be restarted. Owns its thread.
 */
public final class KafkaWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int ANSWER_MILLIS = 3_000;

  /** Something to ask Kafka. */
  @FunctionalInterface
  interface Question {
    /**
     * Returns when it has answered.
     *
     * @throws TimeoutException when it has not in time
     * @throws ExecutionException for the reason why it can't be asked, or refuses
     */
    void ask() throws InterruptedException, ExecutionException, TimeoutException;
  }

  private final String server;
  private final Question question;
  private final LongSupplier nanoTime;
  private final Outage outage = new Outage();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "kafka-watch");
            made.setDaemon(true);
            return made;
          });
  private long answeredNanos;
  private int failures;

  /**
   * Asks nothing yet.
   *
   * @param brokers {@code host:port} of those of Kafka that are asked first
   * @param admin not owned
   */
  public KafkaWatch(String brokers, Admin admin) {
    this(
        brokers,
        () ->
            admin
                .describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MILLIS))
                .nodes()
                .get(ANSWER_MILLIS + 1_000, TimeUnit.MILLISECONDS),
        System::nanoTime);
  }

  KafkaWatch(String brokers, Question question, LongSupplier nanoTime) {
    this.server = "Kafka at " + brokers;
    this.question = question;
    this.nanoTime = nanoTime;
    this.answeredNanos = nanoTime.getAsLong();
  }

  /** Begins to ask. */
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks once. Called by its thread. */
  void look() {
    try {
      question.ask();
      answers();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      doesNotAnswer();
    } catch (ExecutionException | RuntimeException e) { // or it would be asked no more
      if (KafkaOutage.is(e)) {
        doesNotAnswer();
      } else {
        answers(); // it refuses, which others tell of
      }
    }
  }

  private void answers() {
    long now = nanoTime.getAsLong();
    if (outage.answered().isPresent()) {
      log.info("event=kafka_answers server=\"{}\" ms={}", server, millisSinceAnswer(now));
    }
    failures = 0;
    answeredNanos = now;
  }

  private void doesNotAnswer() {
    failures++;
    if (failures > 1 && outage.failed()) {
      log.warn(
          "event=kafka_does_not_answer server=\"{}\" ms={} hint=\"it is waited for\"",
          server,
          millisSinceAnswer(nanoTime.getAsLong()));
    }
  }

  private long millisSinceAnswer(long now) {
    return TimeUnit.NANOSECONDS.toMillis(now - answeredNanos);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
