package dev.sessioncache.reader;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionKeys;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.RedisException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
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

  /** For Redis, at the start; one that is slower is used as soon as it answers. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Where sessions are. */
  public record Servers(DatabaseUrl database, RedisSettings redis) {}

  private final OpenParts parts;
  private final SessionKeys keys;
  private final AnswerThreads answers;
  private final Database database;
  private final LocalCache local;
  private final Tracking tracking;
  private final Loader loader;
  private final ReaderMetrics metrics;

  private SessionCache(
      OpenParts parts,
      Servers servers,
      MappingSettings mapping,
      GuardSettings guard,
      ReaderSettings settings,
      MeterRegistry registry)
      throws SQLException {
    KeyTemplate template = mapping.key();
    CachedDocuments documents = new CachedDocuments(mapping);
    this.parts = parts;
    this.keys = mapping.keys();
    this.answers = parts.add(new AnswerThreads());
    this.database = parts.add(new Database(servers.database(), mapping, settings));
    RedisConnections redis = parts.add(new RedisConnections(servers.redis(), CLIENT_NAME));
    this.local = new LocalCache(settings);
    this.tracking =
        parts.add(
            new Tracking(
                redis, guard, keys.tokens(), new Invalidations(template, local), local, settings));
    SharedCache shared = new SharedCache(tracking, settings);
    this.metrics = parts.add(new ReaderMetrics(registry, shared, local, database));
    Fills fills = parts.add(new Fills(redis, guard, metrics));
    Lease lease = new Lease(guard, new SplittableRandom());
    this.loader =
        new Loader(settings, documents, lease, local, tracking, shared, database, fills, metrics);
    await(List.of(tracking.start(), fills.start()));
    parts.add(new WarmUp(tracking, local, documents, guard, template, settings.l1WarmUp())).start();
    if (settings.report()) {
      parts.add(new HitRateReport(tracking, guard, metrics)).start();
    }
  }

  private static void await(List<Future<?>> looks) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Future<?> look : looks) {
        var unused = look.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException | ExecutionException e) {
      // It goes on in the background.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
    OpenParts parts = new OpenParts();
    try {
      return new SessionCache(parts, servers, mapping, guard, settings, registry);
    } catch (SQLException e) {
      parts.close();
      throw new SessionUnavailableException("Postgres does not tell its tables", e);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
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

  /**
   * The same without waiting; the future fails with what {@link #validate} throws. What depends on
   * it goes on on threads of this cache's own.
   */
  public CompletionStage<Optional<Session>> validateAsync(String token) {
    Token asked = Token.of(Objects.requireNonNull(token, "token"), keys);
    Answer known = inLocal(asked);
    if (known != null) {
      return CompletableFuture.completedFuture(told(known).session());
    }
    long from = System.nanoTime();
    return told(
            loader.load(asked).whenComplete((answer, failure) -> metrics.loaded(from)), this::told)
        .thenApply(Answer::session);
  }

  /** {@link #validate}, with what has answered. */
  public Answer check(String token) {
    Token asked = Token.of(Objects.requireNonNull(token, "token"), keys);
    Answer known = inLocal(asked);
    if (known != null) {
      return told(known);
    }
    long from = System.nanoTime();
    try {
      return told(loader.await(asked));
    } catch (CompletionException e) {
      throw unavailable(e);
    } finally {
      metrics.loaded(from);
    }
  }

  /**
   * Makes the caches hold what Postgres holds: for a session that has just begun or has changed.
   *
   * @return the valid session, once Postgres has told it; Redis follows. Fails as {@link #validate}
   */
  public CompletionStage<Optional<Session>> warm(String token) {
    Token asked = Token.of(Objects.requireNonNull(token, "token"), keys);
    return told(loader.fresh(asked), answer -> {}).thenApply(Answer::session);
  }

  /**
   * Takes a session out of all caches, once its end has been committed: without this readers refuse
   * it as soon as the stream has brought it, which is within the staleness bound. What Postgres
   * says decides: a session that is still valid there is cached anew.
   *
   * @return done when Redis has taken it. Fails with {@link SessionUnavailableException} when it
   *     has not, and when the stream has another token.hash than we: then it is left to the stream
   */
  public CompletionStage<Void> invalidate(String token) {
    Token asked = Token.of(Objects.requireNonNull(token, "token"), keys);
    return loader
        .invalidate(asked)
        .handleAsync(
            (done, failure) -> {
              if (failure != null) {
                throw unavailable(failure);
              }
              return done;
            },
            answers);
  }

  private CompletableFuture<Answer> told(
      CompletableFuture<Answer> load, Consumer<Answer> counting) {
    return load.handleAsync(
        (answer, failure) -> {
          if (failure != null) {
            throw unavailable(failure);
          }
          counting.accept(answer);
          return answer;
        },
        answers);
  }

  private Answer told(Answer answer) {
    metrics.answered(answer);
    return answer;
  }

  private SessionUnavailableException unavailable(Throwable failure) {
    metrics.unavailable();
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof SessionUnavailableException known
        ? known
        : new SessionUnavailableException(why(cause), cause);
  }

  private static String why(Throwable cause) {
    if (cause instanceof TimeoutException) {
      return "no answer in time (reader.timeout)";
    }
    return cause instanceof NotAskedException || cause instanceof RedisException
        ? "Redis has not taken it: the stream will"
        : "no answer: " + cause.getClass().getSimpleName();
  }

  private @Nullable Answer inLocal(Token token) {
    Watermarks proof = tracking.ofLocal(); // before the value
    LocalCache.Known known = proof == null ? null : local.get(token.name());
    if (proof == null || known == null) {
      return null;
    }
    CachedSession cached = known.cached();
    if (cached == null) {
      return NONE_IN_L1;
    }
    return loader.isGood(cached, proof, database.now())
        ? Answer.of(cached.session(), Tier.L1)
        : null;
  }

  /** Ends all that goes on in the background. */
  @Override
  public void close() {
    parts.close();
  }
}
