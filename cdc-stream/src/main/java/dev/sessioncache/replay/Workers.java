package dev.sessioncache.replay;

import dev.sessioncache.apply.BackwardReader;
import dev.sessioncache.apply.PriorityIndex;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.WriteCounts;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.thread.DaemonThreads;
import dev.sessioncache.topic.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads of a replay, each with a consumer and a connection to Redis of its own; each takes
 * the next lane when it has done one.
 */
final class Workers {

  /** Large: a lane is read backwards, and what Kafka sends beyond a chunk's end is for nothing. */
  private static final Duration END_WITHIN = Duration.ofSeconds(10);

  private static final BackwardReader.Size CHUNK =
      new BackwardReader.Size(16_000, 16 * 1024 * 1024, 1 << 20);

  private static final Duration TICK = Duration.ofMillis(100);

  /**
   * What every write names.
   *
   * @param generation of Redis, entered before the lanes' ends were asked for
   * @param notAfter by the clock of Redis: the guard of what has been taken away since may be gone
   *     then, and an old put would bring it back
   */
  record Entered(String generation, Instant notAfter) {}

  private final KafkaClients kafka;
  private final RedisConnections redis;
  private final GuardSettings settings;
  private final Entered entered;
  private final LaneReplay.Shared shared;

  Workers(
      KafkaClients kafka,
      RedisConnections redis,
      GuardSettings settings,
      Entered entered,
      LaneReplay.Shared shared) {
    this.kafka = kafka;
    this.redis = redis;
    this.settings = settings;
    this.entered = entered;
    this.shared = shared;
  }

  /**
   * Replays all lanes; when one fails the others end what they have sent, and its failure is
   * thrown.
   *
   * @param tick called now and then meanwhile, and once more at the end
   */
  void run(List<LaneReplay> lanes, int threads, Runnable tick) throws InterruptedException {
    Queue<LaneReplay> queue = new ConcurrentLinkedQueue<>(lanes);
    ExecutorService pool = Executors.newFixedThreadPool(threads, new DaemonThreads("replay"));
    List<Future<?>> working = new ArrayList<>();
    try {
      for (int i = 0; i < threads; i++) {
        working.add(
            pool.submit(
                () -> {
                  work(queue);
                  return null;
                }));
      }
      for (Future<?> worker : working) {
        await(worker, tick);
      }
    } catch (ExecutionException e) {
      shared.stop().afterFailure();
      pool.shutdown();
      boolean unused = pool.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS);
      throw failure(e);
    } finally {
      pool.shutdownNow();
      tick.run();
    }
  }

  private static void await(Future<?> worker, Runnable tick)
      throws InterruptedException, ExecutionException {
    while (true) {
      try {
        worker.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        tick.run();
      }
    }
  }

  private static RuntimeException failure(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
  }

  private void work(Queue<LaneReplay> queue) throws InterruptedException {
    RedisConnection connection = redis.open();
    GuardedWriter writer = new GuardedWriter(connection, settings);
    writer.enter(entered.generation());
    Lease lease = new Lease(settings, new SplittableRandom());
    try (BackwardReader reader =
        new BackwardReader(() -> kafka.laneReader("read_committed"), CHUNK)) {
      for (LaneReplay lane = queue.poll(); lane != null; lane = queue.poll()) {
        int number = lane.range().number();
        lane.run(
            reader,
            new InFlight(
                batch -> write(connection, writer, batch, lease, number),
                lane::settled,
                shared.tally(),
                shared.stop()::requested));
      }
    } finally {
      var unused = connection.closeAsync();
    }
  }

  private CompletionStage<WriteCounts> write(
      RedisConnection connection, GuardedWriter writer, Batch batch, Lease lease, int lane) {
    CompletionStage<Boolean> ranked =
        PriorityIndex.send(connection, settings, batch.index(lane), true);
    return writer
        .write(batch.writes(lease, shared.clock().instant()), entered.notAfter())
        .thenCombine(ranked, (counts, taken) -> counts);
  }
}
