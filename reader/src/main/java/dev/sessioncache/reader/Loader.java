package dev.sessioncache.reader;

import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers what memory can't: from Redis when that is proven, else from Postgres, and leaves in the
 * caches what was found. Thread-safe.
 */
final class Loader {

  private final ReaderSettings settings;
  private final CachedDocuments documents;
  private final Lease lease;
  private final LocalCache local;
  private final Tracking tracking;
  private final SharedCache shared;
  private final Database database;
  private final Fills fills;
  private final ReaderMetrics metrics;

  Loader(
      ReaderSettings settings,
      CachedDocuments documents,
      Lease lease,
      LocalCache local,
      Tracking tracking,
      SharedCache shared,
      Database database,
      Fills fills,
      ReaderMetrics metrics) {
    this.settings = settings;
    this.documents = documents;
    this.lease = lease;
    this.local = local;
    this.tracking = tracking;
    this.shared = shared;
    this.database = database;
    this.fills = fills;
    this.metrics = metrics;
  }

  /** Whether a cached session may be served. */
  boolean isGood(CachedSession cached, Watermarks proof, Instant now) {
    return !cached.isOver(now) && isProven(cached.lane(), proof, now);
  }

  private boolean isProven(Watermarks.Lane lane, Watermarks proof, Instant now) {
    return settings.onStale() == OnStale.SERVE || proof.prove(lane, now.toEpochMilli());
  }

  /** The answer of the one load of a token that is under way. */
  CompletableFuture<Answer> load(Token token) {
    return limited(underWay(token, shared::get));
  }

  /**
   * The same, for who waits. If nobody has begun it, this thread waits for Redis as well, and reads
   * what that has told: on the thread of the connection each reading would hold up all others.
   *
   * @throws CompletionException when nobody can tell
   */
  Answer await(Token token) {
    Waiting waiting = Waiting.atMost(settings.timeout());
    return waiting.until(underWay(token, shared::await).answer()).join();
  }

  private Load underWay(Token token, Function<String, CompletableFuture<Optional<byte[]>>> redis) {
    Load mine = new Load();
    Load load = local.loading(token.name(), mine);
    if (load != mine) {
      metrics.sharedLoad();
      return load;
    }
    var unused = load.answer().whenComplete((answer, failure) -> local.loaded(token.name(), load));
    try {
      begin(token, load, redis);
    } catch (RuntimeException e) { // we are being closed
      load.answer().completeExceptionally(e);
    }
    return load;
  }

  private CompletableFuture<Answer> limited(Load load) {
    return load.answer().orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void begin(
      Token token, Load load, Function<String, CompletableFuture<Optional<byte[]>>> redis) {
    if (!tracking.isTracking()) {
      load.spoil();
    }
    Optional<String> key = token.key();
    if (key.isEmpty()) {
      load.spoil();
      var unused = askPostgres(token, false, load);
      return;
    }
    Tracking.Proof proof = tracking.proof(); // before the value
    var unused =
        redis
            .apply(key.get())
            .whenComplete((value, failure) -> ofShared(token, load, proof, value, failure));
  }

  private void ofShared(
      Token token,
      Load load,
      Tracking.Proof proof,
      @Nullable Optional<byte[]> value,
      @Nullable Throwable failure) {
    if (failure != null || value == null) {
      metrics.redisFailed();
      load.spoil();
      var unused = askPostgres(token, false, load);
      return;
    }
    Watermarks proven = tracking.isOf(proof) ? proof.watermarks() : Watermarks.NONE;
    Optional<CachedSession> cached = value.flatMap(bytes -> documents.read(bytes, proven));
    Instant now = database.now();
    if (cached.isPresent() && isGood(cached.get(), proven, now)) {
      local.keep(token.name(), load, new LocalCache.Known(cached.get()));
      load.answer().complete(Answer.of(cached.get().session(), Tier.L2));
      return;
    }
    if (cached.isPresent() && !cached.get().isOver(now)) {
      metrics.bypassed();
    }
    var unused = askPostgres(token, value.isPresent(), load);
  }

  /** The answer of Postgres, whatever caches hold; Redis follows. */
  CompletableFuture<Answer> fresh(Token token) {
    local.forget(token.name()); // a load under way may not see what was committed before this
    Load load = new Load();
    load.spoil();
    CompletableFuture<Answer> limited = limited(load);
    var unused = askPostgres(token, true, load);
    return limited;
  }

  /**
   * Takes a token out of the caches, and has them say what Postgres says.
   *
   * @return done when Redis has taken it; fails when it has not, and when the stream has another
   *     key for it than we
   */
  CompletableFuture<Void> invalidate(Token token) {
    local.forget(token.name());
    if (tracking.proof().watermarks().areOfOther()) {
      return CompletableFuture.failedFuture(
          new SessionUnavailableException(
              "the stream has another token.hash or token.hash.key, so we can't name what Redis"
                  + " holds: it is left to the stream"));
    }
    Load load = new Load();
    load.spoil();
    CompletableFuture<Answer> limited = limited(load);
    CompletableFuture<Void> filled =
        askPostgres(token, true, load)
            .orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    return token
        .key()
        .map(key -> shared.delete(key).thenCompose(deleted -> limited).thenCompose(it -> filled))
        .orElseGet(() -> limited.thenAccept(answer -> {}));
  }

  /**
   * Asks Postgres, and leaves in Redis what it says.
   *
   * @param held whether Redis may hold a value that is to go when there is no such session
   * @return done when Redis has taken what it should; fails when it has not
   */
  private CompletableFuture<Void> askPostgres(Token token, boolean held, Load load) {
    Optional<Fills.Ticket> ticket = fills.ticket(); // before the row
    CompletableFuture<Optional<SessionRow>> asked =
        database
            .read(token.text(), load.answer()::isDone)
            .whenComplete((row, failure) -> ofPostgres(token, load, row, failure));
    return asked.thenCompose(
        row ->
            row.map(read -> fill(token, held, read, ticket))
                .orElseGet(() -> CompletableFuture.completedFuture(null)));
  }

  private void ofPostgres(
      Token token, Load load, @Nullable Optional<SessionRow> row, @Nullable Throwable failure) {
    if (failure != null || row == null) {
      load.answer().completeExceptionally(Objects.requireNonNull(failure));
      return;
    }
    Session session = row.map(SessionRow::session).orElse(null);
    if (session == null) {
      local.keep(token.name(), load, new LocalCache.Known(null));
    }
    load.answer().complete(Answer.of(session, Tier.POSTGRES));
  }

  /** Nothing is put while the stream is behind: then nobody would take it away again. */
  private CompletableFuture<Void> fill(
      Token token, boolean held, SessionRow row, Optional<Fills.Ticket> ticket) {
    Optional<String> key = token.key();
    byte[] document = row.document();
    if (key.isEmpty() || (document == null && !held)) {
      return CompletableFuture.completedFuture(null);
    }
    if (ticket.isEmpty()) {
      metrics.letGo(1);
      return CompletableFuture.failedFuture(new NotAskedException());
    }
    String position = row.position().encode();
    if (document == null) {
      return fills.add(() -> Optional.of(GuardedWrite.removal(key.get(), position)), ticket.get());
    }
    Watermarks proof = tracking.proof().watermarks();
    if (proof.areOfOther()) {
      return CompletableFuture.completedFuture(null); // nobody would look for it, or take it away
    }
    Watermarks.Lane lane = proof.laneOf(row.userId());
    return isProven(lane, proof, database.now())
        ? fills.add(() -> put(key.get(), position, document, row, proof, lane), ticket.get())
        : CompletableFuture.completedFuture(null);
  }

  /**
   * The lease counts from the newest pulse, as that of all values does. One that is over when its
   * turn has come is let go: as a removal it would keep the stream from putting what is live.
   */
  private Optional<GuardedWrite> put(
      String key,
      String position,
      byte[] document,
      SessionRow row,
      Watermarks proof,
      Watermarks.Lane lane) {
    Instant now = database.now();
    Instant pulse = Instant.ofEpochMilli(proof.atMillis(lane));
    boolean counts = settings.onStale() == OnStale.BYPASS && pulse.isBefore(now);
    Duration life = lease.timeToLive(counts ? pulse : now, now, row.liveUntil());
    return life.toMillis() > 0 || !row.liveUntil().isAfter(now)
        ? Optional.of(GuardedWrite.put(key, position, document, life))
        : Optional.empty();
  }
}
