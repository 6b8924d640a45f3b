package dev.sessioncache.apply;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.WriteCounts;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.topic.LaneSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Apply: takes the entries of its lanes to Redis, and refills lanes of which Redis has lost
 * something. Offsets are committed only for what Redis has acknowledged; while Redis fails the same
 * batch is tried again, and nothing more is fetched.
 *
 * <p>{@link #run} blocks its thread, which alone uses the clients; {@link #close} may be called
 * from any.
 */
public final class Apply implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Apply.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration POLL_WHILE_BUSY = Duration.ofMillis(1);
  private static final long LONGEST_BACK_OFF_MILLIS = 2_000;

  private final LaneConsumer consumer;
  private final String topic;
  private final RedisTarget redis;
  private final Refills refills;
  private final Sweep sweep;
  private final BackwardReader backwards;
  private final LaneBatch.Reader entries;
  private final DeadLetters deadLetters;
  private final Duration guardTtl;
  private final ApplyProgress progress;
  private final Clock clock;
  private volatile boolean closed;

  /**
   * @param keys says which keys of Redis are values of ours
   */
  public Apply(
      ApplyClients clients,
      LaneSettings lanes,
      GuardSettings settings,
      KeyTemplate keys,
      ApplyProgress progress,
      Clock clock) {
    this.consumer = new LaneConsumer(clients.member(), new Owner());
    this.topic = lanes.entriesTopic();
    this.redis = new RedisTarget(clients.redis(), settings, lanes, () -> closed);
    this.sweep = new Sweep(settings);
    this.backwards = new BackwardReader(clients.readers());
    this.refills = new Refills(backwards, progress, lanes.stalenessBound(), clock);
    this.entries =
        new LaneBatch.Reader(
            keys, new Lease(settings, ThreadLocalRandom.current()), lanes.stalenessBound());
    this.deadLetters = new DeadLetters(clients.deadLetters(), lanes.deadLettersTopic(), progress);
    this.guardTtl = settings.guardTtl();
    this.progress = progress;
    this.clock = clock;
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(topic);
      if (applyUntilClosed()) {
        consumer.commitAtLast(this::word);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      redis.close();
      backwards.close();
      consumer.close();
    }
  }

  /** Returns whether Redis has taken all that was polled. */
  private boolean applyUntilClosed() throws InterruptedException {
    while (!closed) {
      boolean busy =
          redis.identity().map(now -> refills.isActive(now) || sweep.isActive(now)).orElse(false);
      ConsumerRecords<String, byte[]> records = consumer.poll(busy ? POLL_WHILE_BUSY : POLL);
      if (!records.isEmpty() && !write(records)) {
        return false;
      }
      redis.lookNowAndThen();
      sweepAPiece();
      refillAPiece();
      consumer.commitNowAndThen(this::word);
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
      LaneBatch batch = entries.read(records, this::isSwept, this::isTrue, clock.instant());
      Optional<WriteCounts> counts = redis.write(batch.writes(), attempt);
      if (counts.isPresent() && sent(batch.unusable())) {
        progress.applied(batch, counts.get(), clock.instant());
        batch.heard().forEach(refills::heard);
        batch.behind().forEach(refills::behind);
        redis.identity().ifPresent(now -> batch.floors().forEach(floor -> sweep.due(now, floor)));
        records.partitions().forEach(lane -> refills.touched(lane, keys(records.records(lane))));
        return true;
      }
      retryLater(attempt);
    }
    return false;
  }

  private boolean sent(List<LaneBatch.Unusable> unusable) throws InterruptedException {
    try {
      for (LaneBatch.Unusable one : unusable) {
        log.warn(
            "event=unreadable_entry lane={} offset={} reason=\"{}\"",
            one.record().partition(),
            one.record().offset(),
            one.reason());
      }
      deadLetters.send(unusable);
      return true;
    } catch (ExecutionException | KafkaException e) {
      log.warn("event=dead_letter_failed cause={}", e.getClass().getSimpleName());
      return false;
    }
  }

  private static List<String> keys(List<ConsumerRecord<String, byte[]>> records) {
    List<String> keys = new ArrayList<>(records.size());
    for (ConsumerRecord<String, byte[]> record : records) {
      if (record.key() != null) {
        keys.add(record.key());
      }
    }
    return keys;
  }

  private boolean isSwept(String floor) {
    return redis.identity().map(now -> sweep.covers(now, floor)).orElse(false);
  }

  private boolean isTrue(int lane) {
    return redis.identity().map(now -> refills.isTrueIn(now, lane)).orElse(false);
  }

  /**
   * A step between two batches of the live stream. What a sweep takes from a lane that had already
   * published comes back with a refill.
   */
  private void sweepAPiece() throws InterruptedException {
    if (redis.identity().map(sweep::isActive).orElse(false)) {
      Optional<Boolean> done = redis.attempt(sweep::step, 1);
      if (done.isEmpty()) {
        retryLater(1);
      } else if (done.get()) {
        refills.allBehind();
      }
    }
  }

  /** One chunk of one lane, between two batches of the live stream; after a sweep that is due. */
  private void refillAPiece() throws InterruptedException {
    Optional<Refill> next =
        redis
            .identity()
            .filter(now -> !sweep.isActive(now))
            .flatMap(now -> refills.next(now, consumer::position));
    if (next.isPresent()) {
      Refill refill = next.get();
      Optional<WriteCounts> counts =
          redis.write(refill.writes(entries, guardTtl, clock.instant()), 1);
      if (counts.isPresent()) {
        refills.written(refill, counts.get());
      } else {
        retryLater(1);
      }
    }
  }

  private void retryLater(int attempt) {
    progress.retried();
    if (!closed) {
      consumer.stayInTheGroupFor(backOffMillis(attempt));
    }
  }

  private static long backOffMillis(int attempt) {
    long ceiling = Math.min(50L << Math.min(attempt, 10), LONGEST_BACK_OFF_MILLIS);
    return ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
  }

  /** For the lane's next owner: the Redis that holds it whole. */
  private String word(TopicPartition lane) {
    return refills.wholeIn(lane).map(RedisIdentity::encode).orElse("");
  }

  @Override
  public void close() {
    closed = true; // seen within one poll; a wake-up would also break the last commit
  }

  /** Lanes that come and go. */
  private final class Owner implements LaneConsumer.Owner {

    @Override
    public void assigned(TopicPartition lane, String word) {
      Optional<RedisIdentity> wholeIn = RedisIdentity.parse(word);
      wholeIn.ifPresent(redis::remember);
      refills.assigned(lane, wholeIn);
    }

    @Override
    public void revoked(TopicPartition lane) {
      progress.revoked(lane.partition());
      refills.revoked(lane);
      deadLetters.forget(lane.partition());
    }
  }
}
