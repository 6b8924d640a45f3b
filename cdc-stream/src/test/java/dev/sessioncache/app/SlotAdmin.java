package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.function.IntConsumer;

/** What an administrator can do to the slot of a pipeline. */
final class SlotAdmin {

  private static final int ATTEMPTS = 20;
  private static final String OBJECT_IN_USE = "55006";

  private final Pipeline pipeline;
  private final String slot;

  SlotAdmin(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.slot = "'" + pipeline.name + "'";
  }

  /** The server has room for few slots, and one that nobody reads keeps its log. */
  static void drop(Pipeline pipeline) {
    SlotAdmin admin = new SlotAdmin(pipeline);
    admin.endReader();
    pipeline.execute(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = "
            + admin.slot);
  }

  void drop() {
    pipeline.execute("select pg_drop_replication_slot(" + slot + ")");
  }

  /** Moves it past everything that has been committed. */
  void advance() {
    pipeline.execute(
        "select pg_replication_slot_advance(" + slot + ", pg_current_wal_insert_lsn())");
  }

  /** Makes more log than the slot may keep back. */
  void invalidate() {
    pipeline.execute("alter system set max_slot_wal_keep_size = '1MB'");
    pipeline.execute("select pg_reload_conf()");
    try {
      long begin = endOfLog();
      await("slot invalidated").atMost(Pipeline.SOON).until(() -> isLostAfterMoreLog(begin));
    } finally {
      pipeline.execute("alter system reset max_slot_wal_keep_size");
      pipeline.execute("select pg_reload_conf()");
    }
  }

  /** A capture that is quick has made another slot by then, which begins behind that position. */
  private boolean isLostAfterMoreLog(long begin) {
    for (int i = 0; i < 3; i++) {
      pipeline.execute("select pg_logical_emit_message(false, 'noise', 'x')");
      pipeline.execute("select pg_switch_wal()");
    }
    pipeline.execute("checkpoint");
    return count("wal_status <> 'lost' and restart_lsn - '0/0' <= " + begin) == 0;
  }

  /**
   * Capture comes back to its slot within a second, so whoever wants to change it has to be quick.
   *
   * @param change tried again while capture is quicker; takes the number of the attempt
   * @return the end of the log before the attempt that succeeded
   */
  long whileNobodyReads(IntConsumer change) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long before = endOfLog();
      endReader();
      try {
        change.accept(attempt);
        return before;
      } catch (IllegalStateException e) {
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                SQLException.class,
                cause -> assertThat(cause.getSQLState()).isEqualTo(OBJECT_IN_USE));
      }
    }
    throw new AssertionError("the slot was always in use");
  }

  void endReader() {
    pipeline.execute(
        "select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where active and"
            + " slot_name = "
            + slot);
  }

  void awaitNoReader() {
    await("slot not read").atMost(Pipeline.SOON).until(() -> count("active") == 0);
  }

  /** Waits until capture has confirmed everything that has been committed. */
  void awaitConfirmed() {
    long end = endOfLog();
    await("all captured")
        .atMost(Pipeline.SOON)
        .until(() -> count("confirmed_flush_lsn - '0/0' >= " + end) > 0);
  }

  /** As a log position. */
  long endOfLog() {
    return pipeline.number("select pg_current_wal_lsn() - '0/0'");
  }

  /** Bytes of log that Postgres keeps for the slot. */
  long retainedBytes() {
    return pipeline.number(
        "select pg_current_wal_lsn() - restart_lsn from pg_replication_slots where slot_name = "
            + slot);
  }

  private long count(String condition) {
    return pipeline.number(
        "select count(*) from pg_replication_slots where slot_name = "
            + slot
            + " and "
            + condition);
  }
}
