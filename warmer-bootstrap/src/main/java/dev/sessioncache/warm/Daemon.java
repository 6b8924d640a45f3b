package dev.sessioncache.warm;

import dev.sessioncache.thread.DaemonThreads;

/** Threads for what blocks: the common pool is the application's, and may have one thread only. */
final class Daemon {

  private static final DaemonThreads THREADS = new DaemonThreads("session-cache-warmer");

  private Daemon() {}

  static void start(Runnable task) {
    THREADS.newThread(task).start();
  }
}
