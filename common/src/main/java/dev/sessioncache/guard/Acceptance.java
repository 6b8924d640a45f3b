package dev.sessioncache.guard;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The acceptance rule of the guard as a pure function: the model that the script is tested against.
 *
 * <table>
 * <caption>When an incoming write is accepted, within one timeline; else the higher timeline wins</caption>
 * <tr><th>stored</th><th>incoming</th><th>accepted when</th></tr>
 * <tr><td>nothing</td><td>any</td><td>always</td></tr>
 * <tr><td>stream</td><td>stream</td><td>its (baseline, session version, user version) is not lower</td></tr>
 * <tr><td>stream</td><td>snapshot</td><td>the snapshot sees both transactions</td></tr>
 * <tr><td>snapshot</td><td>stream</td><td>the snapshot does not see both transactions</td></tr>
 * <tr><td>snapshot</td><td>snapshot</td><td>it sees all that the stored one sees</td></tr>
 * </table>
 *
 * <p>An equal stream position is accepted: it stands for the same two row versions, hence the same
 * document, and putting it again is how a lapsed value comes back.
 */
public final class Acceptance {

  private static final Comparator<StreamPosition> STREAM_ORDER =
      Comparator.<StreamPosition, Integer>comparing(
              StreamPosition::baseline, Integer::compareUnsigned)
          .thenComparing(position -> position.session().lsn(), Long::compareUnsigned)
          .thenComparing(position -> position.user().lsn(), Long::compareUnsigned);

  private Acceptance() {}

  public static boolean accepts(@Nullable Position stored, Position incoming) {
    if (stored == null) {
      return true;
    }
    if (stored.timeline() != incoming.timeline()) {
      return Integer.compareUnsigned(incoming.timeline(), stored.timeline()) > 0;
    }
    if (stored instanceof StreamPosition old) {
      return incoming instanceof StreamPosition next
          ? STREAM_ORDER.compare(next, old) >= 0
          : seesBoth(((SnapshotPosition) incoming).snapshot(), old);
    }
    PgSnapshot old = ((SnapshotPosition) stored).snapshot();
    return incoming instanceof StreamPosition next
        ? !seesBoth(old, next)
        : ((SnapshotPosition) incoming).snapshot().isNotOlderThan(old);
  }

  private static boolean seesBoth(PgSnapshot snapshot, StreamPosition position) {
    return snapshot.sees(position.session().transaction())
        && snapshot.sees(position.user().transaction());
  }
}
