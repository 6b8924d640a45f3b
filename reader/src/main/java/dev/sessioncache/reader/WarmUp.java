package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the sessions of the highest priority into L1, once, in the background. */
final class WarmUp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
  private static final int AT_A_TIME = 100;
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 200;

  private final Tracking tracking;
  private final GuardSettings guard;
  private final KeyTemplate keys;
  private final int sessions;
  private final Function<String, CompletableFuture<Answer>> load;
  private final Thread thread = new Thread(this::run, "session-cache-warm-up");

  /**
   * @param sessions how many at most
   * @param load what a validation does
   */
  WarmUp(
      Tracking tracking,
      GuardSettings guard,
      KeyTemplate keys,
      int sessions,
      Function<String, CompletableFuture<Answer>> load) {
    this.tracking = tracking;
    this.guard = guard;
    this.keys = keys;
    this.sessions = sessions;
    this.load = load;
    thread.setDaemon(true);
  }

  void start() {
    if (sessions > 0) {
      thread.start();
    }
  }

  private void run() {
    long from = System.nanoTime();
    try {
      while (!tracking.isTracking()) {
        if (System.nanoTime() - from > LONGEST.toNanos()) {
          return;
        }
        Thread.sleep(LOOK_MILLIS);
      }
      log.info("event=reader_l1_warm sessions={}", load(tracking.connection().orElseThrow()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RedisException | CompletionException e) {
      log.info("event=reader_l1_warm_ended cause={}", e.getClass().getSimpleName());
    }
  }

  /** Ends at the first session that Redis does not have: Postgres is not for this. */
  private int load(RedisConnection redis) throws InterruptedException {
    int lanes = tracking.watermarks().lanes();
    int loaded = 0;
    for (int lane = 0; lane < lanes; lane++) {
      byte[] index = guard.priorityKey(lane).getBytes(UTF_8);
      List<byte[]> first =
          redis.await(
              redis.async().zrevrange(index, 0, (long) Math.ceil((double) sessions / lanes) - 1));
      for (int at = 0; at < first.size(); at += AT_A_TIME) {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (byte[] key : first.subList(at, Math.min(first.size(), at + AT_A_TIME))) {
          String text = new String(key, UTF_8);
          if (keys.isKey(text)) {
            answers.add(load.apply(keys.value(text)));
          }
        }
        for (CompletableFuture<Answer> answer : answers) {
          if (answer.join().tier() != Tier.L2) {
            return loaded;
          }
          loaded++;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    return loaded;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
