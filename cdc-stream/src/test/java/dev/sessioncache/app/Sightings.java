package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks all the time whether sessions can be seen in the cache, until closed. */
final class Sightings implements AutoCloseable {

  private final AtomicInteger seen = new AtomicInteger();
  private final AtomicInteger looked = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;

  Sightings(Pipeline pipeline, String... tokens) {
    String[] keys =
        List.of(tokens).stream()
            .map(token -> pipeline.name + ":session:" + token)
            .toArray(String[]::new);
    thread =
        new Thread(
            () -> {
              while (!closed.get()) {
                seen.addAndGet(Math.toIntExact(pipeline.redis().exists(keys)));
                looked.incrementAndGet();
              }
            },
            "sightings");
    thread.start();
  }

  int number() {
    assertThat(looked.get()).as("looks").isPositive();
    return seen.get();
  }

  @Override
  public void close() {
    closed.set(true);
    try {
      thread.join(Pipeline.SOON.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
