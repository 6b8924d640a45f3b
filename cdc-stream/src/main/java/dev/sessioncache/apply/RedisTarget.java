package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.WriteCounts;
import dev.sessioncache.log.Outage;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisTrouble;
import dev.sessioncache.topic.LaneSettings;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis that the lanes are written to, one attempt after the other.
 *
 * <p>A connection that has not answered in time is given up for a new one: it may be half open, and
 * what it still holds must not pile up. Each attempt tells Redis until when it holds, so what was
 * given up is refused should it arrive later. Used by the apply thread alone.
 */
final class RedisTarget implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisTarget.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(6);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** A connection with what writes over it. */
  record Link(
      RedisConnection connection,
      GuardedWriter writer,
      LeaseRenewal renewal,
      Watermarks watermarks) {}

  private final String server;
  private final Supplier<RedisConnection> connections;
  private final GuardSettings settings;
  private final LaneSettings lanes;
  private final String tokenHash;
  private final RedisWatch watch;
  private final BooleanSupplier closing;
  private final Outage outage = new Outage();
  private @Nullable Link link;
  private @Nullable RedisIdentity identity;
  private long lastLookNanos;

  /**
   * @param server {@code host:port}, for the operator
   */
  RedisTarget(
      String server,
      Supplier<RedisConnection> connections,
      GuardSettings settings,
      LaneSettings lanes,
      String tokenHash,
      BooleanSupplier closing) {
    this.server = server;
    this.connections = connections;
    this.settings = settings;
    this.lanes = lanes;
    this.tokenHash = tokenHash;
    this.watch = new RedisWatch(settings);
    this.closing = closing;
  }

  /** Which Redis it is; empty while that is not known. */
  Optional<RedisIdentity> identity() {
    return Optional.ofNullable(identity);
  }

  /** What was known of Redis before we were started. */
  void remember(RedisIdentity known) {
    watch.remember(known);
  }

  /** Looks whether Redis has lost something, once a second. A failure is left to the next write. */
  void lookNowAndThen() {
    if (isLookDue()) {
      try {
        look();
      } catch (RedisException | OperationException e) {
        failed(e);
        lastLookNanos = System.nanoTime();
      }
    }
  }

  /**
   * What became of an attempt.
   *
   * @param ranked whether the priority index has taken its part
   */
  record Written(WriteCounts counts, boolean ranked) {}

  /** Something to be done with Redis. */
  interface Step<T> {
    T run(Link link, Answers answers)
        throws InterruptedException, ExecutionException, TimeoutException;
  }

  /**
   * Makes one attempt to write all of it; empty when it failed, which has been logged. The
   * watermarks are true of the Redis that we knew when they were read: they are left out when it
   * turns out to be another one.
   */
  Optional<Written> write(Writes writes, int attempt) throws InterruptedException {
    RedisIdentity known = identity;
    return attempt((open, answers) -> write(open, answers, writes, known), attempt);
  }

  private Written write(Link open, Answers answers, Writes writes, @Nullable RedisIdentity known)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletionStage<Void> deleted = delete(open, writes.deletions());
    CompletionStage<Boolean> ranked =
        PriorityIndex.send(open.connection(), settings, writes.index(), false);
    WriteCounts counts =
        answers.await(
            open.writer().write(writes.guarded(), watch.redisTime().plus(ANSWER_TIMEOUT)));
    answers.await(deleted);
    boolean isRanked = answers.await(ranked);
    if (counts.late() > 0) {
      throw new LateException();
    }
    if (known != null && known.equals(identity)) {
      answers.await(open.watermarks().write(writes.watermarksMillis(), known.generation()));
    }
    return new Written(counts, isRanked);
  }

  /** Makes one attempt; empty when it failed, which has been logged. */
  <T> Optional<T> attempt(Step<T> step, int attempt) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      T done = step.run(look(), new Answers(ANSWER_TIMEOUT, CLOSE_TIMEOUT, closing));
      tellThatItAnswers();
      return Optional.of(done);
    } catch (ExecutionException
        | CompletionException
        | TimeoutException
        | RedisException
        | OperationException e) {
      tellThatItFails(attempt, cause(e), Duration.ofNanos(System.nanoTime() - begin));
      failed(cause(e));
      return Optional.empty();
    }
  }

  /** Of the first attempt that fails, and then now and then: an outage may last for hours. */
  private void tellThatItFails(int attempt, Throwable cause, Duration waited) {
    if (outage.failed()) {
      log.warn(
          "event=redis_failed server={} attempt={} cause=\"{}\"",
          server,
          attempt,
          words(cause, waited));
    }
  }

  private static String words(Throwable cause, Duration waited) {
    if (cause instanceof GenerationLostException) {
      return "it was emptied or replaced";
    }
    return cause instanceof LateException
        ? "it took up too late what was written"
        : RedisTrouble.words(cause, waited);
  }

  private void tellThatItAnswers() {
    outage
        .answered()
        .ifPresent(
            lasted -> log.info("event=redis_back server={} ms={}", server, lasted.toMillis()));
  }

  /** What was written came to Redis when it did not hold any more. */
  private static final class LateException extends TimeoutException {

    private static final long serialVersionUID = 1L;
  }

  private static CompletionStage<Void> delete(Link open, Set<String> keys) {
    return CompletableFuture.allOf(
        keys.stream()
            .map(key -> open.connection().async().del(key.getBytes(UTF_8)).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /** Opens a connection when there is none, and looks again when that is due. */
  private Link look() {
    Link open = link;
    if (open == null) {
      RedisConnection connection = connections.get();
      open =
          new Link(
              connection,
              new GuardedWriter(connection, settings),
              new LeaseRenewal(connection, settings),
              new Watermarks(connection, settings, lanes, tokenHash));
      link = open;
      identity = null;
    }
    if (isLookDue()) {
      RedisIdentity found = watch.look(open.connection());
      open.writer().enter(found.generation());
      identity = found;
      lastLookNanos = System.nanoTime();
    }
    return open;
  }

  private boolean isLookDue() {
    return identity == null || System.nanoTime() - lastLookNanos >= LOOK_EVERY.toNanos();
  }

  private void failed(Throwable cause) {
    identity = null; // whatever it was, look before the next attempt
    watch.doubt();
    Link open = link;
    boolean silent =
        cause instanceof TimeoutException || cause instanceof RedisCommandTimeoutException;
    if (silent || (open != null && !open.connection().isOpen())) {
      close(); // a closed one would come back by itself, but later and later
    } else if (cause instanceof GenerationLostException) {
      log.info("event=redis_generation_lost");
    }
  }

  private static Throwable cause(Throwable e) {
    boolean wrapper = e instanceof ExecutionException || e instanceof CompletionException;
    return wrapper && e.getCause() != null ? e.getCause() : e;
  }

  @Override
  public void close() {
    Link open = link;
    link = null;
    if (open != null) {
      var unused = open.connection().closeAsync();
    }
  }
}
