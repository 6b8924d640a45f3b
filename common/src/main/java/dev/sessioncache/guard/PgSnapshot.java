package dev.sessioncache.guard;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a Postgres snapshot sees, from {@code pg_current_snapshot()}, see <a
 * href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT">its
 * documentation</a>. Ids are compared modulo 2^32 because change events carry 32 bits.
 *
 * @param xmin every id before it is visible
 * @param xmax every id from it on is not
 * @param running ids in between that are not visible either
 */
public record PgSnapshot(TransactionId xmin, TransactionId xmax, List<TransactionId> running) {

  public PgSnapshot {
    running = List.copyOf(running);
  }

  /** Reads {@code xmin:xmax:id,id,...}. */
  public static PgSnapshot parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a pg_snapshot: " + text);
    }
    List<TransactionId> running =
        parts[2].isEmpty()
            ? List.of()
            : Arrays.stream(parts[2].split(",")).map(PgSnapshot::id).toList();
    return new PgSnapshot(id(parts[0]), id(parts[1]), running);
  }

  private static TransactionId id(String text) {
    return TransactionId.of(Long.parseUnsignedLong(text));
  }

  /** Whether the snapshot sees the transaction's changes. */
  public boolean sees(TransactionId id) {
    return id.isBefore(xmin) || (id.isBefore(xmax) && !running.contains(id));
  }

  /**
   * Whether the snapshot sees what the transaction wrote even if the id is that of a
   * subtransaction: a snapshot lists the running transactions, not their parts.
   */
  public boolean surelySees(TransactionId id) {
    return id.isBefore(xmin);
  }

  /** Whether everything that the other snapshot sees is seen by this one. */
  boolean isNotOlderThan(PgSnapshot other) {
    return !xmax.isBefore(other.xmax) && running.stream().noneMatch(other::sees);
  }

  String encode() {
    return xmin.encode()
        + ":"
        + xmax.encode()
        + ":"
        + running.stream().map(TransactionId::encode).collect(Collectors.joining(","));
  }
}
