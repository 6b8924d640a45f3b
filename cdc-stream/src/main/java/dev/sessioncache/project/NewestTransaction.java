package dev.sessioncache.project;

import dev.sessioncache.guard.TransactionId;
import org.jspecify.annotations.Nullable;

/** The last transaction of which the lane has read a change. */
final class NewestTransaction {

  /** Ids are compared modulo 2^32; half of what is ahead of one. */
  private static final int FAR_AHEAD = 1 << 30;

  private @Nullable TransactionId last;

  void saw(TransactionId transaction) {
    last = transaction;
  }

  /**
   * Stands for a transaction that we could not read: one so far ahead that no snapshot sees it
   * while a guard lives.
   *
   * @param known taken when the lane has seen none since its start
   */
  TransactionId unseen(TransactionId known) {
    return new TransactionId((last == null ? known : last).bits() + FAR_AHEAD);
  }
}
