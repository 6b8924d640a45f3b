package dev.sessioncache.guard;

/**
 * A Postgres transaction id as change events carry it: 32 bits that wrap around. Order is therefore
 * modulo 2^32, as in <a
 * href="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND">Postgres
 * itself</a>.
 */
public record TransactionId(int bits) {

  /** Takes the low 32 bits of an id that may carry an epoch above them ({@code xid8}). */
  public static TransactionId of(long id) {
    return new TransactionId((int) id);
  }

  boolean isBefore(TransactionId other) {
    return bits - other.bits < 0;
  }

  String encode() {
    return Hex.of(bits);
  }

  static TransactionId decode(String encoded) {
    return new TransactionId(Hex.toInt(encoded));
  }
}
