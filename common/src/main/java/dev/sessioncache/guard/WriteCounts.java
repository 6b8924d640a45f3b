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
    return answer.stream()
        .map(code -> of(((Long) code).intValue()))
        .reduce(NONE, WriteCounts::plus);
  }

  private static WriteCounts of(int result) {
    return switch (result) {
      case GuardScript.STORED -> new WriteCounts(1, 0, 0, 0, 0);
      case GuardScript.REMOVED -> new WriteCounts(0, 1, 0, 0, 0);
      case GuardScript.OLDER -> new WriteCounts(0, 0, 1, 0, 0);
      case GuardScript.LATE -> new WriteCounts(0, 0, 0, 1, 0);
      case GuardScript.NO_MEMORY -> new WriteCounts(0, 0, 0, 0, 1);
      default -> throw new IllegalStateException("the guard script answered " + result);
    };
  }
}
