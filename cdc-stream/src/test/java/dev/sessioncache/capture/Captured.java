package dev.sessioncache.capture;

import dev.sessioncache.changes.CapturedLine;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.changes.SessionRows;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What stands in the topic {@code changes}, in the order of each lane. */
record Captured(List<CapturedLine> lines) {

  private static final String SESSION = "user_sessions/";

  static Captured of(List<ConsumerRecord<String, byte[]>> records) {
    return new Captured(records.stream().flatMap(one -> CapturedLine.of(one).stream()).toList());
  }

  /** Changes of sessions, each once, however often and in how many lanes it stands. */
  List<String> changes() {
    return changeLines()
        .map(line -> line.change() + "@" + line.lsn())
        .distinct()
        .map(change -> change.substring(0, change.indexOf('@')))
        .toList();
  }

  /** How many records of changes stand there for a second time. */
  long duplicates() {
    return changeLines().count()
        - changeLines()
            .map(line -> line.lane() + line.change() + "@" + line.lsn())
            .distinct()
            .count();
  }

  private Stream<CapturedLine> changeLines() {
    return lines.stream().filter(line -> line.key().startsWith(SESSION) && !line.op().equals("r"));
  }

  /** {@code <id> <version>} of the sessions that are there according to the newest versions. */
  List<String> sessions() {
    SessionRows rows = new SessionRows();
    lines.forEach(rows::take);
    return rows.live().stream()
        .map(row -> row.path("id").asText() + " " + row.path("request_count").asText())
        .toList();
  }

  /** The newest pulse of the lane that has the oldest one, ms since 1970. */
  long watermark(int lanes) {
    long oldest = Long.MAX_VALUE;
    for (int i = 0; i < lanes; i++) {
      int lane = i;
      oldest =
          Math.min(
              oldest,
              lines.stream()
                  .filter(line -> line.lane() == lane && line.key().equals("~pulse"))
                  .mapToLong(line -> line.value().path("at_ms").asLong())
                  .max()
                  .orElse(0));
    }
    return oldest;
  }

  List<Epoch> baselines() {
    return lines.stream()
        .filter(line -> line.lane() == 0 && line.key().equals("~baseline-begin"))
        .map(CapturedLine::epoch)
        .toList();
  }
}
