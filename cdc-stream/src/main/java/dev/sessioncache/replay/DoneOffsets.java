package dev.sessioncache.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * The stretches of a lane that are in Redis: ascending, not touching. There are several when a
 * replay that went on from an earlier one was stopped before it came down to what that had done.
 */
record DoneOffsets(List<Stretch> stretches) {

  /**
   * Offsets of a lane.
   *
   * @param end is not in it
   */
  record Stretch(long from, long end) {
    boolean contains(long offset) {
      return offset >= from && offset < end;
    }
  }

  static final DoneOffsets NONE = new DoneOffsets(List.of());

  boolean contains(long offset) {
    for (Stretch stretch : stretches) {
      if (stretch.contains(offset)) {
        return true;
      }
    }
    return false;
  }

  /** Together with one more stretch, merged with those that it meets. */
  DoneOffsets with(long from, long end) {
    if (from >= end) {
      return this;
    }
    List<Stretch> merged = new ArrayList<>();
    Stretch added = new Stretch(from, end);
    for (Stretch stretch : stretches) {
      if (stretch.end() < added.from()) {
        merged.add(stretch);
      } else if (stretch.from() > added.end()) {
        merged.add(added);
        added = stretch;
      } else {
        added =
            new Stretch(
                Math.min(added.from(), stretch.from()), Math.max(added.end(), stretch.end()));
      }
    }
    merged.add(added);
    return new DoneOffsets(List.copyOf(merged));
  }

  long end() {
    return stretches.isEmpty() ? 0 : stretches.get(stretches.size() - 1).end();
  }
}
