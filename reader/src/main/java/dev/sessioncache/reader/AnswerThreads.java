package dev.sessioncache.reader;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * The threads on which an application goes on with what it has asked for without waiting: nobody
 * else waits for these. (Those of {@link java.util.concurrent.CompletableFuture} would be a new one
 * for each answer on a machine of two cores.)
 */
final class AnswerThreads implements Executor, AutoCloseable {

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Math.max(2, Runtime.getRuntime().availableProcessors()),
          new DaemonThreads("session-cache-answers"));

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // closed: whoever waits is told all the same
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
