package dev.sessioncache.reader;

import dev.sessioncache.thread.DaemonThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ForkJoinWorkerThreadFactory;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;

/**
 * The threads on which an application goes on with what it has asked for without waiting. One that
 * waits there for another answer is made up for by one more thread: see {@link
 * ForkJoinPool#managedBlock}. (Those of {@link java.util.concurrent.CompletableFuture} would be a
 * new one for each answer on a machine of two cores.)
 */
final class AnswerThreads implements Executor, AutoCloseable {

  private static final String NAME = "session-cache-answers";

  private final ForkJoinPool threads =
      new ForkJoinPool(
          Math.max(2, Runtime.getRuntime().availableProcessors()), named(), null, true);

  private static ForkJoinWorkerThreadFactory named() {
    return pool -> {
      ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
      thread.setName(NAME + "-" + thread.getPoolIndex());
      return thread;
    };
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) { // closed: whoever waits is told all the same
      new DaemonThreads(NAME).newThread(task).start();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
