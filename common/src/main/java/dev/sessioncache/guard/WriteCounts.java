package dev.sessioncache.guard;

import java.util.List;

/**
 * What became of a batch of guarded writes.
 *
 * @param stored values written
 * @param removed values removed, or known to be absent
 * @param older refused because Redis holds something newer
 * @param late refused because the writer outlived its bound
 * @param noMemory not cached because Redis is full
 */
public record WriteCounts(long stored, long removed, long older, long late, long noMemory) {

  public static final WriteCounts NONE = new WriteCounts(0, 0, 0, 0, 0);

  public WriteCounts plus(WriteCounts other) {
    return new WriteCounts(
        stored + other.stored,
        removed + other.removed,
        older + other.older,
        late + other.late,
        noMemory + other.noMemory);
  }

  /**
   * Reads the answer of the guard script.
   *
   * @throws GenerationLostException when Redis has another generation than the writer
   */
  static WriteCounts of(List<Object> answer) {
    if (answer.isEmpty()) {
      throw new GenerationLostException();
    }
    int[] counts = new int[5];
    for (Object code : answer) {
      counts[index((Long) code)]++;
    }
    return new WriteCounts(counts[0], counts[1], counts[2], counts[3], counts[4]);
  }

  /** Of its component. */
  private static int index(long result) {
    return switch ((int) result) {
      case GuardScript.STORED -> 0;
      case GuardScript.REMOVED -> 1;
      case GuardScript.OLDER -> 2;
      case GuardScript.LATE -> 3;
      case GuardScript.NO_MEMORY -> 4;
      default -> throw new IllegalStateException("the guard script answered " + result);
    };
  }
}
