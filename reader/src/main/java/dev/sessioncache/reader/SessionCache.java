package dev.sessioncache.reader;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of an application: from the memory of this process (L1), from Redis (L2), from
 * Postgres, and what was read there is left in Redis for the next one. A cached session is served
 * only while the stream proves that it is current within its bound; else Postgres is asked. One for
 * a process; thread-safe.
 *
 * <pre>{@code
 * try (SessionCache sessions = SessionCache.open(servers, mapping, guard, settings, registry)) {
 *   Optional<Session> session = sessions.validate(token);
 * }
 * }</pre>
 *
 * <p>How it behaves when servers fail: docs/reading.md.
 */
public final class SessionCache implements AutoCloseable {

  private static final String CLIENT_NAME = "session-cache-reader";
  private static final Answer NONE_IN_L1 = Answer.of(null, Tier.L1);

  /** Where sessions are. */
  public record Servers(DatabaseUrl database, RedisSettings redis) {}

  private final ReaderSettings settings;
  private final KeyTemplate keys;
  private final CachedDocuments documents;
  private final Lease lease;
  private final RedisConnections redis;
  private final Database database;
  private final LocalCache local;
  private final Tracking tracking;
  private final SharedCache shared;
  private final Fills fills;
  private final ReaderMetrics metrics;
  private final WarmUp warmUp;
  private final HitRateReport report;

  private SessionCache(
      Servers servers,
      MappingSettings mapping,
      GuardSettings guard,
      ReaderSettings settings,
      MeterRegistry registry)
      throws SQLException {
    this.settings = settings;
    this.keys = mapping.key();
    this.documents = new CachedDocuments(mapping);
    this.lease = new Lease(guard, new java.util.SplittableRandom());
    this.database = new Database(servers.database(), mapping, settings);
    this.redis = new RedisConnections(servers.redis(), CLIENT_NAME);
    this.local = new LocalCache(settings);
    this.tracking = new Tracking(redis, guard, keys, local, settings);
    this.shared = new SharedCache(tracking, settings.redisTimeout());
    this.fills = new Fills(redis, guard);
    this.metrics = new ReaderMetrics(registry);
    this.warmUp = new WarmUp(tracking, guard, keys, settings.l1WarmUp(), this::load);
    this.report = new HitRateReport(tracking, guard, metrics);
    ReaderMetrics.watch(registry, shared, local, database);
  }

  /**
   * Connects, and takes the sessions of the highest priority into memory in the background. Redis
   * may be down.
   *
   * @param mapping what the stream and the warm are told, too
   * @param guard the same
   * @throws dev.sessioncache.command.OperationException when Postgres can't be reached, or tables
   *     and settings do not go together; one line says what to do
   * @throws SessionUnavailableException when Postgres ends the connection
   */
  public static SessionCache open(
      Servers servers,
      MappingSettings mapping,
      GuardSettings guard,
      ReaderSettings settings,
      MeterRegistry registry) {
    try {
      SessionCache cache = new SessionCache(servers, mapping, guard, settings, registry);
      cache.tracking.start();
      cache.fills.start();
      cache.warmUp.start();
      if (settings.report()) {
        cache.report.start();
      }
      return cache;
    } catch (SQLException e) {
      throw new SessionUnavailableException("Postgres does not tell its tables", e);
    }
  }

  /**
   * The valid session of a token.
   *
   * @return empty when there is none: it is expired, revoked, of a user who may not log in, or
   *     unknown
   * @throws SessionUnavailableException when nobody can tell, which is no reason to log out
   */
  public Optional<Session> validate(String token) {
    return check(token).session();
  }

  /** The same without waiting; the future fails with what {@link #validate} throws. */
  public CompletionStage<Optional<Session>> validateAsync(String token) {
    Answer known = inLocal(token);
    return known != null
        ? CompletableFuture.completedFuture(told(known).session())
        : load(token)
            .handleAsync(
                (answer, failure) -> {
                  if (failure != null) {
                    metrics.unavailable();
                    throw unavailable(
                        failure instanceof CompletionException ? failure.getCause() : failure);
                  }
                  return told(answer).session();
                });
  }

  /** {@link #validate}, with what has answered. */
  public Answer check(String token) {
    Answer known = inLocal(token);
    if (known != null) {
      return told(known);
    }
    long from = System.nanoTime();
    try {
      Answer answer = told(load(token).join());
      metrics.loaded(Duration.ofNanos(System.nanoTime() - from));
      return answer;
    } catch (CompletionException e) {
      metrics.unavailable();
      throw unavailable(e.getCause());
    }
  }

  /**
   * Makes the caches hold what Postgres holds: for a session that has just begun or has changed.
   *
   * @return the valid session, once Postgres has told it; Redis follows
   */
  public CompletionStage<Optional<Session>> warm(String token) {
    Load load = new Load();
    load.spoil();
    limited(load);
    askPostgres(token, true, load);
    return load.answer().thenApply(Answer::session);
  }

  /**
   * Takes a session out of all caches, once its end has been committed: without this readers refuse
   * it as soon as the stream has brought it, which is within the staleness bound. What Postgres
   * says decides: a session that is still valid there is cached anew.
   */
  public CompletionStage<Void> invalidate(String token) {
    local.forget(token);
    keys.key(token).ifPresent(shared::delete);
    return warm(token).thenAccept(session -> {});
  }

  private Answer told(Answer answer) {
    metrics.answered(answer);
    return answer;
  }

  private static SessionUnavailableException unavailable(@Nullable Throwable cause) {
    return cause instanceof SessionUnavailableException known
        ? known
        : new SessionUnavailableException(
            "no answer in time (reader.timeout)",
            cause == null ? new CompletionException(null) : cause);
  }

  private @Nullable Answer inLocal(String token) {
    LocalCache.Known known = local.get(token);
    if (known == null || !tracking.vouchesForLocal()) {
      return null;
    }
    CachedSession cached = known.cached();
    if (cached == null) {
      return NONE_IN_L1;
    }
    return isGood(cached, database.now()) ? Answer.of(cached.session(), Tier.L1) : null;
  }

  private boolean isGood(CachedSession cached, Instant now) {
    return !cached.isOver(now) && isProven(cached.lane(), now);
  }

  private boolean isProven(int lane, Instant now) {
    return settings.onStale() == OnStale.SERVE
        || tracking.watermarks().prove(lane, now.toEpochMilli());
  }

  /** What memory does not know; one load for all who ask at the same time. */
  private CompletableFuture<Answer> load(String token) {
    Load mine = new Load();
    Load load = local.loading(token, mine);
    if (load != mine) {
      metrics.sharedLoad();
      return load.answer();
    }
    limited(load);
    load.answer().whenComplete((answer, failure) -> local.loaded(token, load));
    if (!tracking.isTracking()) {
      load.spoil();
    }
    Optional<String> key = keys.key(token);
    if (key.isEmpty()) {
      load.spoil();
      askPostgres(token, false, load);
    } else {
      shared.get(key.get()).whenComplete((value, failure) -> ofShared(token, load, value, failure));
    }
    return load.answer();
  }

  private void limited(Load load) {
    var unused = load.answer().orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ofShared(
      String token, Load load, @Nullable Optional<byte[]> value, @Nullable Throwable failure) {
    if (failure != null || value == null) {
      metrics.redisFailed();
      load.spoil();
      askPostgres(token, false, load);
      return;
    }
    Optional<CachedSession> cached =
        value.flatMap(bytes -> documents.read(bytes, tracking.watermarks()));
    Instant now = database.now();
    if (cached.isPresent() && isGood(cached.get(), now)) {
      local.keep(token, load, new LocalCache.Known(cached.get()));
      load.answer().complete(Answer.of(cached.get().session(), Tier.L2));
      return;
    }
    if (cached.isPresent() && !isProven(cached.get().lane(), now)) {
      metrics.bypassed();
    }
    askPostgres(token, value.isPresent(), load);
  }

  /**
   * Asks Postgres, and leaves in Redis what it says.
   *
   * @param held whether Redis may hold a value that is to go when there is no such session
   */
  private void askPostgres(String token, boolean held, Load load) {
    Optional<Fills.Ticket> ticket = fills.ticket();
    database
        .read(token, load.answer()::isDone)
        .whenComplete(
            (row, failure) -> {
              if (failure != null) {
                load.answer().completeExceptionally(failure);
                return;
              }
              ticket.ifPresent(right -> row.ifPresent(read -> fill(token, held, read, right)));
              Session session = row.map(SessionRow::session).orElse(null);
              if (session == null) {
                local.keep(token, load, new LocalCache.Known(null));
              }
              load.answer().complete(Answer.of(session, Tier.POSTGRES));
            });
  }

  /** Nothing is put while the stream is behind: then nobody would take it away again. */
  private void fill(String token, boolean held, SessionRow row, Fills.Ticket ticket) {
    Optional<String> key = keys.key(token);
    if (key.isEmpty()) {
      return;
    }
    String position = row.position().encode();
    byte[] document = row.document();
    Instant now = database.now();
    Watermarks watermarks = tracking.watermarks();
    int lane = watermarks.laneOf(row.userId());
    if (document == null) {
      if (held) {
        fills.add(GuardedWrite.removal(key.get(), position), ticket);
      }
    } else if (isProven(lane, now)) {
      Instant from =
          settings.onStale() == OnStale.SERVE
              ? now
              : Instant.ofEpochMilli(watermarks.atMillis(lane));
      Duration timeToLive = lease.timeToLive(from.isAfter(now) ? now : from, now, row.liveUntil());
      fills.add(GuardedWrite.put(key.get(), position, document, timeToLive), ticket);
    }
  }

  /** Sessions that have been found so far, by what has answered. */
  public long hits(Tier tier) {
    return metrics.hits(tier);
  }

  @Override
  public void close() {
    report.close();
    warmUp.close();
    fills.close();
    tracking.close();
    database.close();
    redis.close();
  }
}
