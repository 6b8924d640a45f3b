package dev.sessioncache.guard;

import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends guarded writes to Redis, a batch per round trip, in calls of up to {@link
 * GuardCall#MAX_WRITES}.
 *
 * <p>Owned by one stage and called from one thread at a time: it holds back the flush of its
 * connection while it fills the pipeline, so the connection must be the writer's own. Writing a
 * batch again is always safe; the guard refuses what has become old. Writes of one batch take
 * effect in their order. Whoever writes one key in two batches waits for the first one's answer.
 *
 * <p>In a Redis Cluster a call holds writes of one slot. There only those of one key keep their
 * order, and while a slot moves even they may not when they are more than fit in a call: the guard
 * puts right what differs in position, and at an equal one a value may be missing.
 */
public final class GuardedWriter {

  private final RedisConnection connection;
  private final RedisClusterAsyncCommands<byte[], byte[]> redis;
  private final Placement placement;
  private final int writesPerCall;
  private final byte[] script = GuardScript.source();
  private final String digest;
  private @Nullable String generation;

  public GuardedWriter(RedisConnection connection, GuardSettings settings) {
    this(connection, settings, GuardCall.MAX_WRITES);
  }

  GuardedWriter(RedisConnection connection, GuardSettings settings, int writesPerCall) {
    this.connection = connection;
    this.redis = connection.async();
    this.placement = Placement.of(connection, settings);
    this.writesPerCall = writesPerCall;
    this.digest = redis.digest(script);
    // Ahead of the first batch, so that it need not travel with each call. When it fails, the
    // script travels along.
    var unused = redis.scriptLoad(script);
    connection.setAutoFlushCommands(false);
  }

  /**
   * Names the generation of all further writes.
   *
   * @param generation from {@link Generation}, known before what is to be written was read
   */
  public void enter(String generation) {
    this.generation = generation;
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
   * @return what became of the writes, once Redis has answered all of them. Fails with {@link
   *     GenerationLostException} when Redis has another generation than the one entered. Fails when
   *     any answer is an error or missing. Each write of a failed batch may have been done or not.
   * @throws IllegalStateException before {@link #enter}
   */
  public CompletionStage<WriteCounts> write(List<GuardedWrite> batch, Instant notAfter) {
    if (generation == null) {
      throw new IllegalStateException("no generation entered");
    }
    var common = new GuardCall.Common(placement, generation, notAfter.toEpochMilli());
    List<GuardCall> calls = GuardCall.split(batch, common, writesPerCall);
    List<CompletableFuture<WriteCounts>> answers = send(calls, this::evalsha);
    return allOf(answers)
        .handle((done, failure) -> firstForgotten(answers))
        .thenCompose(
            first -> {
              List<CompletableFuture<WriteCounts>> all = new ArrayList<>(answers.subList(0, first));
              all.addAll(send(calls.subList(first, calls.size()), this::eval));
              return allOf(all).thenApply(done -> sum(all));
            });
  }

  private List<CompletableFuture<WriteCounts>> send(
      List<GuardCall> calls, Function<GuardCall, CompletionStage<List<Object>>> command) {
    List<CompletableFuture<WriteCounts>> answers =
        calls.stream()
            .map(call -> command.apply(call).thenApply(WriteCounts::of).toCompletableFuture())
            .toList();
    connection.flushCommands();
    return answers;
  }

  private CompletionStage<List<Object>> evalsha(GuardCall call) {
    return redis.evalsha(digest, ScriptOutputType.MULTI, call.keys(), call.arguments());
  }

  private CompletionStage<List<Object>> eval(GuardCall call) {
    return redis.eval(script, ScriptOutputType.MULTI, call.keys(), call.arguments());
  }

  /**
   * Redis forgets scripts when it restarts, fails over or is told to. Then the script travels with
   * this call and all behind it, even with those that have found the script again: so the batch
   * ends up done in its order.
   */
  private static int firstForgotten(List<CompletableFuture<WriteCounts>> answers) {
    for (int i = 0; i < answers.size(); i++) {
      if (failure(answers.get(i)) instanceof RedisNoScriptException) {
        return i;
      }
    }
    return answers.size();
  }

  private static @Nullable Throwable failure(CompletableFuture<?> answer) {
    try {
      answer.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    } catch (CancellationException e) {
      return e;
    }
  }

  private static CompletableFuture<Void> allOf(List<CompletableFuture<WriteCounts>> answers) {
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
  }

  private static WriteCounts sum(List<CompletableFuture<WriteCounts>> answers) {
    return answers.stream()
        .map(CompletableFuture::join)
        .reduce(WriteCounts.NONE, WriteCounts::plus);
  }
}
