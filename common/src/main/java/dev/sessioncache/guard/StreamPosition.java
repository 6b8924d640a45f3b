package dev.sessioncache.guard;

/**
 * The position of a write by the stream: the versions of the two rows it was made from.
 *
 * @param timeline Postgres timeline
 * @param baseline number of the baseline that the stream continues; a new baseline starts the log
 *     positions anew
 * @param session version of the session row, or of its removal
 * @param user version of the user row
 */
public record StreamPosition(int timeline, int baseline, RowVersion session, RowVersion user)
    implements Position {

  /** Kind, timeline and baseline are its first characters. */
  private static final int BASELINE_END = 19;

  private static final String SHAPE =
      "s"
          + (":" + "0".repeat(8)).repeat(2)
          + (":" + "0".repeat(16)).repeat(2)
          + (":" + "0".repeat(8)).repeat(2);

  /**
   * The position of taking away what a baseline has not confirmed: newer than all stream positions
   * of earlier baselines and than all snapshots that do not see the baseline, older than all
   * others.
   *
   * @param transaction the first after the rows of the baseline
   */
  public static StreamPosition beforeBaseline(
      int timeline, int baseline, TransactionId transaction) {
    RowVersion last = new RowVersion(-1, transaction);
    return new StreamPosition(timeline, baseline - 1, last, last);
  }

  /** Compares the baselines that two encoded positions belong to; other texts make it throw. */
  public static int compareBaselines(String encoded, String other) {
    return encoded.substring(0, BASELINE_END).compareTo(other.substring(0, BASELINE_END));
  }

  /** Whether a text is an encoded stream position. */
  public static boolean isEncoded(String text) {
    if (text.length() != SHAPE.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char wanted = SHAPE.charAt(i);
      char found = text.charAt(i);
      if (wanted == '0' ? !Hex.isDigit(found) : found != wanted) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the text if it is an encoded stream position, else throws {@link
   * IllegalArgumentException}.
   */
  public static String requireEncoded(String text) {
    if (!isEncoded(text)) {
      throw new IllegalArgumentException("not a stream position");
    }
    return text;
  }

  /** Reads a text that {@link #isEncoded}. */
  static StreamPosition decode(String encoded) {
    String[] fields = encoded.split(":");
    return new StreamPosition(
        Hex.toInt(fields[1]),
        Hex.toInt(fields[2]),
        new RowVersion(Hex.toLong(fields[3]), TransactionId.decode(fields[5])),
        new RowVersion(Hex.toLong(fields[4]), TransactionId.decode(fields[6])));
  }

  @Override
  public String encode() {
    return String.join(
        ":",
        "s",
        Hex.of(timeline),
        Hex.of(baseline),
        Hex.of(session.lsn()),
        Hex.of(user.lsn()),
        session.transaction().encode(),
        user.transaction().encode());
  }
}
