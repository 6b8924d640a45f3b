package dev.sessioncache.guard;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One key as the guard is to keep it, in Java: value, guard, and whether its writers still believe
 * in a generation that Redis has left.
 */
final class GuardModel {

  /** What can happen to a key. */
  sealed interface Step {}

  /** A write; without a document a removal. */
  record Write(Position position, @Nullable String document) implements Step {}

  enum Event implements Step {
    VALUE_EXPIRES,
    GUARD_EXPIRES,
    /** Redis loses the key and its generation; nobody has noticed. */
    REDIS_IS_EMPTIED,
    /** The writers notice. */
    GENERATION_IS_ENTERED
  }

  private @Nullable String value;
  private @Nullable Position guard;
  private boolean generationLost;

  @Nullable String value() {
    return value;
  }

  @Nullable String guard() {
    return guard == null ? null : guard.encode();
  }

  boolean generationLost() {
    return generationLost;
  }

  void happen(Event event) {
    switch (event) {
      case VALUE_EXPIRES -> value = null;
      case GUARD_EXPIRES -> guard = null;
      case REDIS_IS_EMPTIED -> {
        value = null;
        guard = null;
        generationLost = true;
      }
      case GENERATION_IS_ENTERED -> generationLost = false;
    }
  }

  /** The answer of the script, or null when it answers that the generation is lost. */
  @Nullable Integer write(Write write, boolean full) {
    if (generationLost) {
      return null;
    }
    if (!Acceptance.accepts(guard, write.position())) {
      return GuardScript.OLDER;
    }
    boolean put = write.document() != null;
    if (put && full && write.position() instanceof SnapshotPosition) {
      return GuardScript.NO_MEMORY;
    }
    guard = write.position();
    value = full ? null : write.document();
    if (!put) {
      return GuardScript.REMOVED;
    }
    return full ? GuardScript.NO_MEMORY : GuardScript.STORED;
  }

  boolean hasState(@Nullable String otherValue, @Nullable String otherGuard) {
    return Objects.equals(value, otherValue) && Objects.equals(guard(), otherGuard);
  }

  @Override
  public String toString() {
    return "value %s, guard %s%s"
        .formatted(value, guard(), generationLost ? ", generation lost" : "");
  }
}
