package dev.sessioncache.replay;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What Redis still holds after all lanes were replayed, and should not. Used by one thread. */
final class Leftovers {

  private final List<LaneReplay> lanes;
  private final Orphans orphans;
  private final Tally tally;

  Leftovers(List<LaneReplay> lanes, Orphans orphans, Tally tally) {
    this.lanes = lanes;
    this.orphans = orphans;
    this.tally = tally;
  }

  /** Values of keys whose newest record is no entry go, as with apply. */
  void removeUnusable() {
    for (LaneReplay lane : lanes) {
      tally.orphans(orphans.remove(lane.unusable()));
    }
  }

  /** Values that no lane holds as one to be cached. */
  void removeUnknown() {
    tally.orphans(orphans.removeAllBut(key -> isLive(LaneKeys.hash(key))));
  }

  private boolean isLive(long hash) {
    for (LaneReplay lane : lanes) {
      if (lane.keys().isLive(hash)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A lane that has not published all that it holds does not know all that may rightly be cached,
   * such as what a warm has put. While it holds something back it lets only pulses through that are
   * out of the bound twice.
   */
  Optional<String> whyToBeKept(Duration stalenessBound) {
    long most = stalenessBound.multipliedBy(2).toMillis();
    return lanes.stream()
        .filter(
            lane ->
                lane.newest().atMillis() == 0
                    || lane.newest().writtenMillis() - lane.newest().atMillis() > most)
        .findFirst()
        .map(lane -> "lane " + lane.range().number() + " has not published all that it holds");
  }
}
