package dev.sessioncache.demo;

import java.lang.management.ManagementFactory;

/** The time since this command started: since the start of its JVM, after any build. */
final class CommandTime {

  private CommandTime() {}

  static double seconds() {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - started) / 1e3;
  }
}
