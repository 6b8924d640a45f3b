package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Sends guarded writes to Redis, a batch per round trip.
 *
 * <p>Owned by one stage and called from one thread at a time: it holds back the flush of its
 * connection while it fills the pipeline, so the connection must be the writer's own. Writing a
 * batch again is always safe; the guard refuses what has become old.
 */
public final class GuardedWriter {

  private static final byte[] NOTHING = {};

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisAsyncCommands<byte[], byte[]> redis;
  private final GuardSettings settings;
  private final byte[] script = GuardScript.source();
  private final String digest;
  private final byte[] guardTtl;

  public GuardedWriter(StatefulRedisConnection<byte[], byte[]> connection, GuardSettings settings) {
    this.connection = connection;
    this.redis = connection.async();
    this.settings = settings;
    this.digest = redis.digest(script);
    this.guardTtl = bytes(settings.guardTtl().toMillis());
    // Ahead of the first batch, so that it need not travel with each write. When it fails,
    // sendScript does.
    var unused = redis.scriptLoad(script);
    connection.setAutoFlushCommands(false);
  }

  /** {@link #write(List, Instant)} for a writer that never comes too late. */
  public CompletionStage<WriteCounts> write(List<GuardedWrite> batch) {
    return write(batch, Instant.EPOCH);
  }

  /**
   * Writes a batch.
   *
   * @param notAfter by the clock of Redis; later the writes are refused, however long they were
   *     held up on their way. {@link Instant#EPOCH} for never.
   * @return what became of the writes, once Redis has answered all of them; fails when any answer
   *     is an error or missing, then any part of the batch may have been done
   */
  public CompletionStage<WriteCounts> write(List<GuardedWrite> batch, Instant notAfter) {
    byte[] bound = bytes(notAfter.toEpochMilli());
    List<CompletableFuture<WriteCounts>> answers = new ArrayList<>(batch.size());
    for (GuardedWrite write : batch) {
      answers.add(send(write, bound));
    }
    connection.flushCommands();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                answers.stream()
                    .map(CompletableFuture::join)
                    .reduce(WriteCounts.NONE, WriteCounts::plus));
  }

  private CompletableFuture<WriteCounts> send(GuardedWrite write, byte[] bound) {
    byte[][] keys = {write.key().getBytes(UTF_8), settings.guardKey(write.key()).getBytes(UTF_8)};
    byte[] document = write.document();
    byte[][] arguments = {
      write.position().getBytes(UTF_8),
      document == null ? NOTHING : document,
      bytes(write.timeToLive().toMillis()),
      guardTtl,
      bound
    };
    return redis
        .<Long>evalsha(digest, ScriptOutputType.INTEGER, keys, arguments)
        .exceptionallyCompose(error -> sendScript(error, keys, arguments))
        .thenApply(result -> WriteCounts.of(result.intValue()))
        .toCompletableFuture();
  }

  /**
   * Redis forgets scripts when it restarts, fails over or is told to: then the script travels
   * along.
   */
  private CompletionStage<Long> sendScript(Throwable error, byte[][] keys, byte[][] arguments) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (!(cause instanceof RedisNoScriptException)) {
      return CompletableFuture.failedStage(cause);
    }
    CompletionStage<Long> answer = redis.eval(script, ScriptOutputType.INTEGER, keys, arguments);
    connection.flushCommands();
    return answer;
  }

  private static byte[] bytes(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }
}
