package dev.sessioncache.capture;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the Debezium engine, on a thread of its own. Its {@code close} throws when called
 * twice or while it starts, and may block; ours does neither.
 */
final class Engine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Engine.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(4);

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final Thread thread;

  Engine(
      Properties properties, DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>> sink) {
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties)
            .notifying(sink)
            .using(this::complete)
            .build();
    this.thread = new Thread(engine, "capture-engine");
    thread.setDaemon(true);
  }

  private void complete(boolean success, String message, Throwable error) {
    if (success) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(error == null ? new IllegalStateException(message) : error);
    }
  }

  /** Starts it; the future completes when the engine has ended, exceptionally when it failed. */
  CompletableFuture<Void> start() {
    thread.start();
    return ended;
  }

  @Override
  public void close() {
    Thread closing = new Thread(this::closeEngine, "capture-engine-close");
    closing.setDaemon(true);
    closing.start();
    try {
      if (!endsInTime(closing) || !endsInTime(thread)) {
        log.warn("event=engine_close_timeout ms={}", CLOSE_TIMEOUT.toMillis());
        thread.interrupt();
        if (!endsInTime(thread)) {
          // What it still sends is of a former term; the slot is free when its connection ends.
          log.warn("event=engine_still_running thread={}", thread.getName());
        }
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private static boolean endsInTime(Thread thread) throws InterruptedException {
    thread.join(CLOSE_TIMEOUT.toMillis());
    return !thread.isAlive();
  }

  private void closeEngine() {
    try {
      engine.close();
    } catch (IOException | IllegalStateException e) {
      log.debug("event=engine_already_closed", e); // it has ended by itself, or was still starting
      thread.interrupt();
    }
  }
}
