package dev.sessioncache.warm;

/** Threads for what blocks: the common pool is the application's, and may have one thread only. */
final class Daemon {

  private Daemon() {}

  static void start(Runnable task) {
    Thread thread = new Thread(task, "session-cache-warmer");
    thread.setDaemon(true);
    thread.start();
  }
}
