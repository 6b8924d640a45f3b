package dev.sessioncache.apply;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.WriteCounts;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Apply: takes the entries of its lanes to Redis. Offsets are committed only for what Redis has
 * acknowledged; while Redis fails the same batch is tried again, and nothing more is fetched.
 *
 * <p>{@link #run} blocks its thread, which alone uses the consumer and the connection; {@link
 * #close} may be called from any.
 */
public final class Apply implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Apply.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final long LONGEST_BACK_OFF_MILLIS = 2_000;

  private final Consumer<String, byte[]> consumer;
  private final String topic;
  private final GuardedWriter writer;
  private final Watermarks watermarks;
  private final Lease lease;
  private final Duration stalenessBound;
  private final ApplyProgress progress;
  private final Clock clock;
  private volatile boolean closed;
  private boolean retrying;
  private long lastCommitNanos = System.nanoTime();

  /**
   * @param consumer of the entries, owned by this from now on
   * @param connection for this alone; closed by its owner after {@link #run} has returned
   */
  public Apply(
      Consumer<String, byte[]> consumer,
      String topic,
      StatefulRedisConnection<byte[], byte[]> connection,
      GuardSettings settings,
      Duration stalenessBound,
      ApplyProgress progress,
      Clock clock) {
    this.consumer = consumer;
    this.topic = topic;
    this.writer = new GuardedWriter(connection, settings);
    this.watermarks = new Watermarks(connection, settings);
    this.lease = new Lease(settings, ThreadLocalRandom.current());
    this.stalenessBound = stalenessBound;
    this.progress = progress;
    this.clock = clock;
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(List.of(topic), new OnRebalance());
      boolean allWritten = applyUntilClosed();
      if (allWritten) {
        consumer.commitSync(CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }

  /** Returns whether Redis has taken all that was polled. */
  private boolean applyUntilClosed() throws InterruptedException {
    while (!closed) {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      if (!records.isEmpty() && !write(records)) {
        return false;
      }
      commitNowAndThen();
    }
    return true;
  }

  /**
   * Tries until Redis has taken all of it or we are closed; a batch may be written any number of
   * times.
   */
  private boolean write(ConsumerRecords<String, byte[]> records) throws InterruptedException {
    for (int attempt = 1; !closed; attempt++) {
      // Anew each time: a session may end while Redis does not answer.
      LaneBatch batch = LaneBatch.of(records, lease, stalenessBound, clock.instant());
      try {
        WriteCounts counts = await(batch);
        progress.applied(batch, counts, clock.instant());
        return true;
      } catch (ExecutionException | CompletionException | TimeoutException | RedisException e) {
        progress.retried();
        log.warn(
            "event=redis_failed attempt={} writes={} cause={}",
            attempt,
            batch.writes().size(),
            kind(e));
        stayInTheGroupFor(backOffMillis(attempt));
      }
    }
    return false;
  }

  private WriteCounts await(LaneBatch batch)
      throws InterruptedException, ExecutionException, TimeoutException {
    long millis = ANSWER_TIMEOUT.toMillis();
    WriteCounts counts =
        writer.write(batch.writes()).toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
    watermarks
        .write(batch.watermarksMillis())
        .toCompletableFuture()
        .get(millis, TimeUnit.MILLISECONDS);
    return counts;
  }

  /**
   * A consumer that does not poll is thrown out of its group; one whose lanes are paused gets no
   * records. A lane that comes to us meanwhile may bring some: they are fetched again later.
   */
  private void stayInTheGroupFor(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    retrying = true;
    while (!closed && System.nanoTime() < end) {
      consumer.pause(consumer.assignment());
      ConsumerRecords<String, byte[]> early =
          consumer.poll(Duration.ofMillis(Math.min(millis, 100)));
      early.partitions().forEach(lane -> consumer.seek(lane, early.records(lane).get(0).offset()));
    }
    retrying = false;
    consumer.resume(consumer.paused());
  }

  private static long backOffMillis(int attempt) {
    long ceiling = Math.min(50L << Math.min(attempt, 10), LONGEST_BACK_OFF_MILLIS);
    return ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
  }

  private static String kind(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getClass().getSimpleName();
  }

  private void commitNowAndThen() {
    if (System.nanoTime() - lastCommitNanos >= COMMIT_EVERY.toNanos()) {
      lastCommitNanos = System.nanoTime();
      consumer.commitAsync();
    }
  }

  @Override
  public void close() {
    closed = true; // seen within one poll; a wake-up would also break the last commit
  }

  /**
   * A rebalance comes inside of poll: all that was polled before has been written, unless Redis
   * fails and the batch is being retried. Then it may write for a lane that has gone to another
   * instance, which the guard makes harmless.
   */
  private final class OnRebalance implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> lanes) {
      lanes.forEach(lane -> progress.revoked(lane.partition()));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> lanes) {
      if (retrying) {
        consumer.pause(lanes); // the poll that assigns them could already bring their records
      }
      log.info(
          "event=lanes_assigned lanes={}",
          lanes.stream().map(TopicPartition::partition).sorted().toList());
    }
  }
}
