package dev.sessioncache.verify;

import org.jspecify.annotations.Nullable;

/**
 * A value that was wrong when it was last looked at, kept small.
 *
 * @param key of the value
 * @param id primary key of its session, as far as one was ever seen; else null
 * @param lane of the session then
 * @param versions of the rows then, see {@link Expected}
 * @param document a print of what the rows made then
 * @param held a print of what Redis held then
 * @param seenMillis when Postgres was looked at, by its own clock; 0 for not yet
 * @param seenNanos when that was, by our monotonic clock
 * @param looks at it so far
 */
record Suspect(
    String key,
    @Nullable String id,
    int lane,
    String versions,
    long document,
    long held,
    long seenMillis,
    long seenNanos,
    int looks) {

  /** A key that was met, and nothing more. */
  static Suspect unseen(String key) {
    return new Suspect(key, null, Expected.NO_LANE, "", 0, 0, 0, System.nanoTime(), 0);
  }

  /** After the first look. */
  static Suspect of(Expected expected, Held held, PostgresLook postgres) {
    return unseen(expected.key()).again(expected, held, postgres);
  }

  Suspect again(Expected expected, Held now, PostgresLook postgres) {
    return new Suspect(
        key,
        expected.id() == null ? id : expected.id(),
        expected.lane(),
        expected.versions(),
        expected.print(),
        now.print(),
        postgres.atMillis(),
        System.nanoTime(),
        looks + 1);
  }

  boolean isUnseen() {
    return looks == 0;
  }
}
