package dev.sessioncache.guard;

import dev.sessioncache.guard.GuardModel.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The truth about one session: commits on its row and on its user's row, in the order in which they
 * became visible. Log positions and transaction ids come in the orders in which the changes were
 * written and the transactions begun, which are others.
 *
 * @param ofUser by commit, whether it changed the user row, else the session row
 * @param written by commit, its place in the log
 * @param begun by commit, the place of its transaction id
 * @param removes whether the last commit ends the session
 */
record History(List<Boolean> ofUser, List<Integer> written, List<Integer> begun, boolean removes) {

  private static final int BASELINE_TRANSACTION = 100;
  private static final RowVersion BASELINE =
      new RowVersion(0, new TransactionId(BASELINE_TRANSACTION));

  /** Every history of so many commits. */
  static List<History> all(int commits) {
    List<History> all = new ArrayList<>();
    for (int users = 0; users < 1 << commits; users++) {
      int bits = users;
      List<Boolean> ofUser =
          IntStream.range(0, commits).mapToObj(i -> (bits >> i & 1) == 1).toList();
      for (List<Integer> written : permutations(commits)) {
        for (List<Integer> begun : permutations(commits)) {
          all.add(new History(ofUser, written, begun, false));
          if (commits > 0) {
            all.add(new History(ofUser, written, begun, true));
          }
        }
      }
    }
    return all.stream().filter(History::isPossible).toList();
  }

  private static List<List<Integer>> permutations(int length) {
    if (length == 0) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> shorter : permutations(length - 1)) {
      for (int place = 0; place < length; place++) {
        List<Integer> longer = new ArrayList<>(shorter);
        longer.add(place, length - 1);
        all.add(longer);
      }
    }
    return all;
  }

  /** Who changes a row again waits for the former change to commit, then writes. */
  private boolean isPossible() {
    for (int i = 0; i < commits(); i++) {
      for (int j = i + 1; j < commits(); j++) {
        if (ofUser.get(i).equals(ofUser.get(j)) && written.get(i) > written.get(j)) {
          return false;
        }
      }
    }
    return true;
  }

  int commits() {
    return ofUser.size();
  }

  @Nullable String document(int commits) {
    return removes && commits == commits() ? null : "after commit " + commits;
  }

  /** What the stream writes when it has read so many commits. */
  Write stream(int commits) {
    RowVersion session = BASELINE;
    RowVersion user = BASELINE;
    for (int i = 0; i < commits; i++) {
      RowVersion version = new RowVersion(16 + written.get(i), transaction(i));
      if (ofUser.get(i)) {
        user = version;
      } else {
        session = version;
      }
    }
    return new Write(new StreamPosition(1, 1, session, user), document(commits));
  }

  /** What is written by a snapshot that sees exactly so many commits. */
  Write snapshot(int commits) {
    List<Integer> seen = IntStream.range(0, commits).mapToObj(i -> transaction(i).bits()).toList();
    int xmax = 1 + seen.stream().mapToInt(id -> id).max().orElse(BASELINE_TRANSACTION);
    List<Integer> running =
        IntStream.range(BASELINE_TRANSACTION + 1, xmax)
            .filter(id -> !seen.contains(id))
            .boxed()
            .toList();
    int xmin = running.isEmpty() ? xmax : running.get(0);
    PgSnapshot snapshot =
        new PgSnapshot(
            new TransactionId(xmin),
            new TransactionId(xmax),
            running.stream().map(TransactionId::new).toList());
    return new Write(new SnapshotPosition(1, snapshot), document(commits));
  }

  private TransactionId transaction(int commit) {
    return new TransactionId(BASELINE_TRANSACTION + 1 + begun.get(commit));
  }
}
