package dev.sessioncache.changes;

/**
 * Names in the records of {@code changes}. Row changes are what Debezium's <a
 * href="https://debezium.io/documentation/reference/stable/transformations/event-flattening.html">
 * ExtractNewRecordState</a> emits with {@code
 * add.fields=op,table,lsn,txId,source.ts_ms,source.ts_us} and {@code
 * delete.tombstone.handling.mode=rewrite}, so that a Connect cluster can take capture's place.
 */
public final class ChangeFormat {

  /** Bytes of a record. */
  public static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;

  /** What a value may have, so that key and headers fit beside it. */
  public static final int MAX_VALUE_BYTES = MAX_RECORD_BYTES - 64 * 1024;

  /** What Debezium sends for a TOAST value that an update did not touch. */
  public static final String UNCHANGED = "__debezium_unavailable_value";

  /** Record header: the {@link Epoch} of the capture that wrote the record. */
  public static final String EPOCH_HEADER = "epoch";

  /**
   * Record header: the term of the capture that wrote the record, a decimal number. Terms only
   * rise: what a former capture still sends is told from what its successor sends.
   */
  public static final String TERM_HEADER = "term";

  /**
   * Record header of a tombstone: the value of the deletion, or of the move, that it stands for.
   */
  public static final String TOMBSTONE_HEADER = "change";

  /**
   * Record header of a row that a connector's snapshot has read: the log position of the snapshot,
   * a decimal number.
   */
  public static final String READ_AT_HEADER = "read-at";

  /**
   * Record header: which hash stands for tokens in the record, {@link
   * dev.sessioncache.mapping.TokenHash#fingerprint}. Without it tokens are as they are.
   */
  public static final String TOKEN_HASH_HEADER = "token-hash";

  static final String OP = "__op";
  static final String TABLE = "__table";
  static final String LSN = "__lsn";
  static final String TX_ID = "__txId";
  static final String SOURCE_MS = "__source_ts_ms";
  static final String SOURCE_US = "__source_ts_us";
  static final String DELETED = "__deleted";

  static final String OP_CREATE = "c";
  static final String OP_UPDATE = "u";
  static final String OP_READ = "r";
  static final String OP_DELETE = "d";
  static final String OP_TRUNCATE = "t";
  static final String OP_TOO_LARGE = "too-large";
  static final String OP_MOVED = "moved";
  static final String OP_PULSE = "pulse";
  static final String OP_TERM = "term";
  static final String OP_BASELINE_BEGIN = "baseline-begin";
  static final String OP_BASELINE_END = "baseline-end";

  static final String AT_MS = "at_ms";
  static final String COMPLETE = "complete";

  private ChangeFormat() {}

  /** Key of a row's records. */
  public static String rowKey(String table, String id) {
    return table + "/" + id;
  }

  /** Key of a lane's control records: compaction keeps the last of each kind. */
  static String controlKey(String op) {
    return "~" + op;
  }
}
