package dev.sessioncache.warm;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a warm goes about it, and why.
 *
 * @param reason for the operator
 * @param comparedUpTo up to where Redis is asked first what it holds: from there on all is written;
 *     null for nowhere in a full warm, and for everywhere in an incremental one
 */
record Plan(Mode mode, String reason, @Nullable Place comparedUpTo) {

  /** The kinds of warm. */
  enum Mode {
    /** Reads and writes all sessions. */
    FULL,
    /** Reads and writes those that Redis does not hold. */
    INCREMENTAL,
    /** Goes on with one that was interrupted: incremental up to where it came, full behind. */
    RESUME;

    /** As reports spell it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the operator has asked for. */
  enum Wish {
    AUTO,
    FULL,
    INCREMENTAL
  }

  /**
   * Decides.
   *
   * @param last what the last warm of this Redis has left
   * @param shape of keys and documents now
   * @param generation of the Redis now
   * @param lease after which values lapse
   * @param now by the clock of Postgres
   */
  static Plan choose(
      Wish wish,
      StreamState stream,
      Optional<WarmRecord> last,
      String shape,
      String generation,
      Duration lease,
      Instant now) {
    if (wish == Wish.FULL) {
      return new Plan(Mode.FULL, "asked for", null);
    }
    Instant shapeSince = last.map(record -> record.sinceWhen(shape, now)).orElse(Instant.EPOCH);
    if (shapeSince.plus(lease).isAfter(now)) {
      return new Plan(Mode.FULL, "keys or documents are not made as before", null);
    }
    if (wish == Wish.INCREMENTAL) {
      return new Plan(Mode.INCREMENTAL, "asked for; " + stream.words(), null);
    }
    if (stream.isLive()) {
      return new Plan(Mode.INCREMENTAL, stream.words(), null);
    }
    return last.filter(record -> record.canBeResumed(generation, now, lease))
        .map(record -> resume(record, stream))
        .orElseGet(() -> new Plan(Mode.FULL, stream.words(), null));
  }

  private static Plan resume(WarmRecord last, StreamState stream) {
    long reached = last.figures().read() + last.figures().present();
    return new Plan(
        Mode.RESUME,
        String.format(
            Locale.ROOT,
            "the warm of %s was interrupted after %,d sessions; %s",
            last.startedAt().truncatedTo(ChronoUnit.SECONDS),
            reached,
            stream.words()),
        last.place());
  }
}
