package dev.sessioncache.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Every committed version of a row stands in the topic {@code changes}, and nothing that was not
 * committed. Only what was committed between the last pulse of a slot and the first of the next one
 * may be missing: it is in the new baseline, or superseded there.
 */
final class LosesNothing implements Guarantee {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Pulses(long first, long last) {
    Pulses and(Pulses other) {
      return new Pulses(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  @Override
  public List<Violation> judge(Evidence evidence) throws JsonProcessingException {
    Map<UUID, Long> deletions = new HashMap<>();
    Map<String, Pulses> pulses = new HashMap<>();
    for (TopicLog.Entry record : evidence.changes().records()) {
      String key = String.valueOf(record.key());
      String value = record.value();
      if (value != null && key.equals("~pulse")) {
        long at = JSON.readTree(value).path("at_ms").asLong();
        pulses.merge(record.epoch(), new Pulses(at, at), Pulses::and);
      } else if (value != null && value.contains("\"__op\":\"d\"")) {
        deletions.merge(UUID.fromString(key.substring(key.indexOf('/') + 1)), 1L, Long::sum);
      }
    }
    return missing(
        evidence.ledger(), evidence.captured(), deletions, new ArrayList<>(pulses.values()));
  }

  private List<Violation> missing(
      Ledger ledger, Set<Long> captured, Map<UUID, Long> deletions, List<Pulses> pulses) {
    pulses.sort((a, b) -> Long.compare(a.first, b.first));
    List<Violation> violations = new ArrayList<>();
    for (UUID row : ledger.rowIds()) {
      for (LedgerEntry entry : ledger.history(row)) {
        boolean there =
            entry.gone()
                ? entry.op().equals("truncate") || deletions.getOrDefault(row, 0L) > 0
                : captured.contains(entry.version());
        if (!there && !isInHole(entry.committedMillis(), pulses)) {
          String token = entry.token() == null ? "" : entry.token();
          violations.add(violation(token, "never captured: " + entry));
        }
      }
    }
    return violations;
  }

  /** The time before the first pulse at all is the first baseline's. */
  private static boolean isInHole(long committedMillis, List<Pulses> pulses) {
    long last = 0;
    for (Pulses slot : pulses) {
      if (committedMillis >= last - Evidence.COMMIT_TIME_SLACK_MILLIS
          && committedMillis <= slot.first + Evidence.COMMIT_TIME_SLACK_MILLIS) {
        return true;
      }
      last = slot.last;
    }
    return pulses.isEmpty();
  }
}
