package dev.sessioncache.endtoend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which faults come in which order, by the seed. Every schedule has all traps: what a careless
 * change of the product would most likely break must not be left to luck.
 */
record Schedule(List<Fault> faults) {

  private static final List<Fault> TRAPS =
      List.of(
          WarmTraps.FROZEN,
          WarmTraps.OVERTAKEN,
          OffsetsTrap.LOST,
          RestartTraps.STALE_BACKLOG,
          RestartTraps.SLOT_DROPPED);

  /**
   * @param drawn how many more faults are drawn
   */
  static Schedule of(Random random, int drawn) {
    List<Fault> pool = new ArrayList<>(AppFaults.ALL);
    pool.addAll(ServerFaults.ALL);
    pool.addAll(ServerFaults.EMPTYING);
    pool.add(RestartTraps.SLOT_DROPPED_RUNNING);
    pool.add(RestartTraps.TRUNCATED);
    pool.removeIf(fault -> isLeftOut(fault.name()));
    Collections.shuffle(pool, random);
    List<Fault> faults = new ArrayList<>(TRAPS);
    if (World.INSTANCES > 1) {
      faults.addAll(AppFaults.OF_THE_ACTIVE);
    }
    faults.addAll(pool.subList(0, Math.min(drawn, pool.size())));
    Collections.shuffle(faults, random);
    return new Schedule(faults);
  }

  private static boolean isLeftOut(String name) {
    String leftOut = System.getProperty("faults.leave.out", "");
    return !leftOut.isEmpty() && name.matches(leftOut);
  }

  /** Breaks one thing after another. */
  void run(World world, Random random, FaultLog log) throws Exception {
    for (Fault fault : faults) {
      Fault.last(random, 200, 1_500);
      log.begins(fault.name());
      fault.injection().run(world, random);
      log.ends(fault.name());
    }
  }
}
