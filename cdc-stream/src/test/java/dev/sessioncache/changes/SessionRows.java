package dev.sessioncache.changes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The session rows that follow from the topic {@code changes}, as any reader of it would keep them:
 * a row's highest version counts, by epoch and log position; records of a former epoch or term that
 * come late do not. Judges capture alone.
 */
public final class SessionRows {

  private static final Set<String> WITH_COLUMNS = Set.of("c", "u", "r");

  /**
   * One record of a row or of the table.
   *
   * @param columns null for a deletion
   */
  public record Version(Epoch epoch, long lsn, @Nullable JsonNode columns) {

    private static final Comparator<Version> ORDER =
        Comparator.comparing(Version::epoch).thenComparing(Version::lsn, Long::compareUnsigned);

    private boolean isOlderThan(Version other) {
      return ORDER.compare(this, other) < 0;
    }
  }

  private final Map<Integer, Epoch> epochs = new HashMap<>();
  private final Map<Integer, Long> terms = new HashMap<>();
  private final Map<String, Version> newest = new HashMap<>();
  private final List<Version> versions = new ArrayList<>();
  private Version truncated = new Version(Epoch.NONE, 0, null);

  /**
   * Takes the next record of a lane.
   *
   * @return false when it comes late and does not count
   */
  public boolean take(CapturedLine line) {
    int lane = line.lane();
    boolean late =
        line.epoch().compareTo(epochs.getOrDefault(lane, Epoch.NONE)) < 0
            || line.term() < terms.getOrDefault(lane, 0L);
    if (late) {
      return false;
    }
    epochs.put(lane, line.epoch());
    terms.put(lane, line.term());
    if (line.isOfSessions()) {
      takeVersion(line);
    }
    return true;
  }

  private void takeVersion(CapturedLine line) {
    boolean row = WITH_COLUMNS.contains(line.op());
    Version version = new Version(line.epoch(), line.lsn(), row ? line.value() : null);
    versions.add(version);
    if (line.op().equals("t")) {
      truncated = version;
    } else {
      newest.merge(
          line.value().path("id").asText(),
          version,
          (old, next) -> next.isOlderThan(old) ? old : next);
    }
  }

  /** The rows that are there now. */
  public List<JsonNode> live() {
    Epoch now = epochs.values().stream().max(Comparator.naturalOrder()).orElse(Epoch.NONE);
    List<JsonNode> rows = new ArrayList<>();
    for (Version version : newest.values()) {
      JsonNode columns = version.columns;
      if (columns != null && version.epoch.equals(now) && !version.isOlderThan(truncated)) {
        rows.add(columns);
      }
    }
    return rows;
  }

  /** All that has counted so far, what came twice included. */
  public List<Version> versions() {
    return versions;
  }
}
