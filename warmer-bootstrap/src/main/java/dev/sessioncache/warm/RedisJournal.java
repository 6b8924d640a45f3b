package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link WarmRecord} in Redis. It shares the connection of the writer, so a place stands
 * there only when Redis has already had the batch before it. A record that is lost costs nothing
 * but the knowledge: whoever goes on asks Redis what it holds up to the place. Used by the thread
 * of one warm.
 */
final class RedisJournal implements Journal {

  static final Duration TIME_TO_LIVE = Duration.ofDays(1);

  private static final String WARM = "warm";
  private static final long LAST_MILLIS = 500;

  private final RedisConnection connection;
  private final byte[] key;
  private final WarmRecord begun;
  private final InstantSource clock;
  private final Tally tally;
  private @Nullable Place place;
  private WarmRecord last;

  /**
   * @param connection that flushes on demand only, as the writer's does
   * @param begun how the warm stands before it has done anything
   * @param clock of Postgres
   */
  RedisJournal(
      RedisConnection connection,
      GuardSettings settings,
      WarmRecord begun,
      InstantSource clock,
      Tally tally) {
    this.connection = connection;
    this.key = key(settings);
    this.begun = begun;
    this.last = begun;
    this.clock = clock;
    this.tally = tally;
  }

  /** What the last warm has left in a Redis. */
  static Optional<WarmRecord> last(RedisConnection connection, GuardSettings settings) {
    return Optional.ofNullable(connection.sync().get(key(settings))).flatMap(WarmRecord::read);
  }

  private static byte[] key(GuardSettings settings) {
    return settings.statusKey(WARM).getBytes(UTF_8);
  }

  @Override
  public void sent(Place upTo) {
    place = upTo;
    var unused = write(WarmRecord.State.RUNNING);
  }

  /** Waits for Redis for a moment at most. */
  @Override
  public void ended(WarmRecord.State state) {
    write(state).completeOnTimeout(null, LAST_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  /** Waits for Redis for a moment at most. */
  @Override
  public void reached(WarmRecord.Reached reached) {
    write(last.with(reached)).completeOnTimeout(null, LAST_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private CompletableFuture<@Nullable Void> write(WarmRecord.State state) {
    boolean over = state == WarmRecord.State.DONE;
    return write(
        begun.later(state, clock.instant(), WarmRecord.Figures.of(tally), over ? null : place));
  }

  private CompletableFuture<@Nullable Void> write(WarmRecord record) {
    last = record;
    CompletableFuture<@Nullable Void> written =
        connection
            .async()
            .set(key, record.json(), SetArgs.Builder.px(TIME_TO_LIVE))
            .toCompletableFuture()
            .handle((answer, failure) -> null);
    connection.flushCommands();
    return written;
  }
}
