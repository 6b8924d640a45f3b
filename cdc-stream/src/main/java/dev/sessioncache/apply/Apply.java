package dev.sessioncache.apply;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.mapping.SessionKeys;
import dev.sessioncache.topic.LaneSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Apply: takes the entries of its lanes to Redis, and refills lanes of which Redis has lost
 * something. Offsets are committed only for what Redis has acknowledged; while Redis fails the same
 * batch is tried again, and nothing more is fetched.
 *
 * <p>{@link #run} blocks its thread, which alone uses the clients; {@link #close} may be called
 * from any.
 */
public final class Apply implements Runnable, AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration POLL_WHILE_BUSY = Duration.ofMillis(1);
  private static final long LONGEST_BACK_OFF_MILLIS = 2_000;

  private final LaneConsumer consumer;
  private final String topic;
  private final RedisTarget redis;
  private final OwnedLanes lanes;
  private final Refills refills;
  private final PriorityIndex index;
  private final Renewals renewals;
  private final PutBack putBack;
  private final Sweep sweep;
  private final BackwardReader backwards;
  private final LaneBatch.Reader entries;
  private final DeadLetters deadLetters;
  private final Duration guardTtl;
  private final ApplyProgress progress;
  private final Clock clock;
  private volatile boolean closed;

  /**
   * @param keep what stays in Redis
   * @param keys say which keys of Redis are values of ours
   */
  public Apply(
      ApplyClients clients,
      LaneSettings settings,
      GuardSettings guard,
      LeaseSettings keep,
      SessionKeys keys,
      ApplyProgress progress,
      Clock clock) {
    Lease lease = new Lease(guard, ThreadLocalRandom.current());
    Duration bound = settings.stalenessBound();
    this.consumer = new LaneConsumer(clients.member(), new Owner());
    this.topic = settings.entriesTopic();
    this.redis =
        new RedisTarget(
            clients.server(),
            clients.redis(),
            guard,
            settings,
            keys.tokens().fingerprint(),
            () -> closed);
    this.sweep = new Sweep(guard, bound, System::nanoTime);
    this.backwards = new BackwardReader(clients.readers());
    this.lanes = new OwnedLanes(clock);
    this.refills = new Refills(lanes, backwards, progress, bound, clock);
    this.index = new PriorityIndex(guard, lanes);
    this.renewals =
        new Renewals(lanes, guard, lease, keep, settings.count(), bound, progress, clock);
    this.putBack = new PutBack(clients.readers());
    this.entries = new LaneBatch.Reader(keys.template(), lease, bound);
    this.deadLetters =
        new DeadLetters(clients.deadLetters(), settings.deadLettersTopic(), progress);
    this.guardTtl = guard.guardTtl();
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
      putBack.close();
      consumer.close();
    }
  }

  /** Returns whether Redis has taken all that was polled. */
  private boolean applyUntilClosed() throws InterruptedException {
    while (!closed) {
      ConsumerRecords<String, byte[]> records = consumer.poll(isBusy() ? POLL_WHILE_BUSY : POLL);
      if (!records.isEmpty() && !write(records)) {
        return false;
      }
      redis.lookNowAndThen();
      sweepAPiece();
      refillAPiece();
      renewAPiece();
      putSomeBack();
      consumer.commitNowAndThen(this::word);
    }
    return true;
  }

  private boolean isBusy() {
    return redis
        .identity()
        .filter(now -> refills.isActive(now) || sweep.isActive(now) || renewals.isActive(now))
        .isPresent();
  }

  /**
   * Tries until Redis has taken all of it or we are closed; a batch may be written any number of
   * times.
   */
  private boolean write(ConsumerRecords<String, byte[]> records) throws InterruptedException {
    for (int attempt = 1; !closed; attempt++) {
      // Anew each time: a session may end while Redis does not answer.
      LaneBatch batch =
          entries.read(
              records, this::isSwept, this::isTrue, lanes::isBeyondTheBudget, clock.instant());
      PriorityIndex.Changes changes = index.changes(batch.said());
      Optional<RedisTarget.Written> written = redis.write(batch.writes().with(changes), attempt);
      if (written.isPresent() && deadLetters.send(batch.unusable())) {
        progress.applied(batch, written.get().counts(), clock.instant());
        lanes.applied(batch);
        isWritten(written.get(), changes);
        redis.identity().ifPresent(now -> sweepWhenDue(now, batch.floors()));
        return true;
      }
      retryLater(attempt);
    }
    return false;
  }

  private void sweepWhenDue(RedisIdentity now, Map<Integer, String> floors) {
    floors.values().forEach(floor -> sweep.due(now, floor, lanes.havePublished(floor)));
  }

  private void isWritten(RedisTarget.Written written, PriorityIndex.Changes changes) {
    if (written.ranked()) {
      index.taken(changes);
    }
  }

  private boolean isSwept(String floor) {
    return redis.identity().map(now -> sweep.covers(now, floor)).orElse(false);
  }

  private boolean isTrue(int lane) {
    return redis.identity().map(now -> lanes.isTrueIn(now, lane)).orElse(false);
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
        lanes.allLackSomething();
      }
    }
  }

  /**
   * One chunk of one lane, between two batches of the live stream. A sweep that is under way comes
   * first; one that waits for lanes holds up nothing.
   */
  private void refillAPiece() throws InterruptedException {
    Optional<Refill> next =
        redis
            .identity()
            .filter(now -> !sweep.isActive(now))
            .flatMap(now -> refills.next(now, consumer::position));
    if (next.isPresent()) {
      Refill refill = next.get();
      Instant now = clock.instant();
      PriorityIndex.Changes changes = index.refilled(refill.live(now));
      Writes writes =
          refill.writes(
              entries,
              lanes::isBeyondTheBudget,
              guardTtl,
              lanes.leaseFrom(refill.lane(), now),
              now);
      Optional<RedisTarget.Written> written = redis.write(writes.with(changes), 1);
      if (written.isPresent()) {
        isWritten(written.get(), changes);
        refills.written(refill, written.get().counts());
      } else {
        retryLater(1);
      }
    }
  }

  private void renewAPiece() throws InterruptedException {
    Optional<RedisIdentity> now = redis.identity();
    Optional<OwnedLane> lane = now.flatMap(renewals::next);
    if (lane.isPresent()) {
      String generation = now.get().generation();
      boolean done =
          redis
              .attempt((link, answers) -> renewals.step(lane.get(), link, generation, answers), 1)
              .isPresent();
      if (!done) {
        renewals.failed();
        retryLater(1);
      }
    }
  }

  /** Some of the values that a renewal found gone. */
  private void putSomeBack() throws InterruptedException {
    Optional<OwnedLane> lane = redis.identity().flatMap(renewals::nextWithGone);
    if (lane.isEmpty()) {
      putBack.close();
      return;
    }
    List<GuardedWrite> writes = putBack.next(lane.get(), entries, clock.instant());
    Optional<RedisTarget.Written> written =
        redis.write(new Writes(Set.of(), writes, PriorityIndex.Changes.NONE, Map.of()), 1);
    if (written.isPresent()) {
      putBack.done(lane.get());
      progress.putBack(written.get().counts().stored());
    } else {
      retryLater(1);
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
    return lanes.wholeIn(lane).map(RedisIdentity::encode).orElse("");
  }

  @Override
  public void close() {
    closed = true; // seen within one poll; a wake-up would also break the last commit
  }

  /** Lanes that come and go. */
  private final class Owner implements LaneConsumer.Owner {

    @Override
    public void joined() {
      progress.joined();
    }

    @Override
    public void assigned(TopicPartition lane, String word) {
      progress.assigned(lane.partition());
      Optional<RedisIdentity> wholeIn = RedisIdentity.parse(word);
      wholeIn.ifPresent(redis::remember);
      lanes.assigned(lane, wholeIn);
    }

    @Override
    public void revoked(TopicPartition lane) {
      progress.revoked(lane.partition());
      lanes.revoked(lane);
      refills.tell();
      deadLetters.forget(lane.partition());
    }
  }
}
