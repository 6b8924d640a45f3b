package dev.sessioncache.endtoend;

import java.util.Random;

/**
 * Something that breaks, and is mended again unless {@link World#heal} does it.
 *
 * @param name for the schedule
 * @param injection which also proves that the fault fired
 */
record Fault(String name, Injection injection) {

  /** Breaks something. Its choices follow from the random. */
  @FunctionalInterface
  interface Injection {
    void run(World world, Random random) throws Exception;
  }

  /** Sleeps: how long something stays broken is part of the fault. */
  static void last(Random random, int leastMillis, int mostMillis) throws InterruptedException {
    Thread.sleep(random.nextInt(leastMillis, mostMillis));
  }
}
