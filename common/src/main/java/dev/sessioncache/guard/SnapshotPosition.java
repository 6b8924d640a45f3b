package dev.sessioncache.guard;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The position of a write made from rows that one REPEATABLE READ transaction read: warm, repair,
 * read-through fill. That of a replica claims to see less than it does, see decision 8.
 */
public record SnapshotPosition(int timeline, PgSnapshot snapshot) implements Position {

  private static final Pattern ENCODED =
      Pattern.compile("p(:[0-9A-F]{8}){3}:([0-9A-F]{8}(,[0-9A-F]{8})*)?");

  /** Reads what {@link #encode()} makes; empty when the text is something else. */
  static Optional<SnapshotPosition> decode(String text) {
    if (!ENCODED.matcher(text).matches()) {
      return Optional.empty();
    }
    String[] fields = text.split(":", -1);
    PgSnapshot snapshot =
        new PgSnapshot(
            TransactionId.decode(fields[2]),
            TransactionId.decode(fields[3]),
            fields[4].isEmpty()
                ? List.of()
                : Arrays.stream(fields[4].split(",")).map(TransactionId::decode).toList());
    return Optional.of(new SnapshotPosition(Hex.toInt(fields[1]), snapshot));
  }

  @Override
  public String encode() {
    return "p:" + Hex.of(timeline) + ":" + snapshot.encode();
  }
}
