package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads sessions from the cache all the time: a {@code request_count}, which only grows, must never
 * be followed by a lower one.
 */
final class NewestSeen implements AutoCloseable {

  private final Pipeline pipeline;
  private final List<String> tokens;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Void> reader;
  private long reads;
  private long misses;

  NewestSeen(Pipeline pipeline, List<String> tokens) {
    this.pipeline = pipeline;
    this.tokens = tokens;
    this.reader = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                readUntilEnded();
                reader.complete(null);
              } catch (Throwable e) {
                reader.completeExceptionally(e);
              }
            },
            "newest-seen")
        .start();
  }

  private void readUntilEnded() {
    Map<String, Long> newest = new HashMap<>();
    while (!ended.get()) {
      for (String token : tokens) {
        pipeline
            .cached(token)
            .map(document -> document.path("request_count").asLong())
            .ifPresentOrElse(
                seen -> {
                  assertThat(seen).as(token).isGreaterThanOrEqualTo(newest.getOrDefault(token, 0L));
                  newest.put(token, seen);
                },
                () -> misses++);
        reads++;
      }
    }
  }

  /** Ends the reading, throws what was wrong, and returns how often a session was not there. */
  long misses() {
    ended.set(true);
    reader.orTimeout(Pipeline.SOON.toSeconds(), TimeUnit.SECONDS).join();
    assertThat(reads).as("reads").isPositive();
    return misses;
  }

  @Override
  public void close() {
    ended.set(true);
  }
}
