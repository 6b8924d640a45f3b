package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.changes.ChangeReader;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.changes.UnreadableChangeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What stands in the topic {@code changes}, in the order of each lane. */
record Captured(List<Line> lines) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SESSIONS = "user_sessions/";

  /** One record that is no tombstone. */
  record Line(int lane, String key, Epoch epoch, long term, JsonNode value) {

    String op() {
      return value.path("__op").asText();
    }

    long lsn() {
      return op().equals("r") ? 0 : value.path("__lsn").asLong();
    }

    boolean isOfSession() {
      return key.startsWith(SESSIONS);
    }

    /** As the ledger has it. */
    String change() {
      String version = op().equals("d") ? "" : " " + value.path("request_count").asText();
      return op() + " " + value.path("id").asText() + version;
    }
  }

  static Captured of(List<ConsumerRecord<String, byte[]>> records) {
    return new Captured(
        records.stream()
            .filter(record -> record.value() != null)
            .map(
                record -> {
                  try {
                    return new Line(
                        record.partition(),
                        record.key(),
                        ChangeReader.epoch(record.headers()).orElse(Epoch.NONE),
                        ChangeReader.term(record.headers()).orElse(0),
                        JSON.readTree(new String(record.value(), UTF_8)));
                  } catch (UnreadableChangeException e) {
                    throw new AssertionError(e);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .toList());
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

  private Stream<Line> changeLines() {
    return lines.stream().filter(line -> line.isOfSession() && !line.op().equals("r"));
  }

  /** {@code <id> <version>} of the sessions that are there according to the newest versions. */
  List<String> sessions() {
    Epoch newest =
        lines.stream().map(Line::epoch).max(Comparator.naturalOrder()).orElse(Epoch.NONE);
    Map<String, Line> rows = new HashMap<>();
    for (Line line : lines) {
      if (line.isOfSession() && line.epoch().equals(newest)) {
        rows.merge(line.key(), line, (old, next) -> next.lsn() >= old.lsn() ? next : old);
      }
    }
    return rows.values().stream()
        .filter(line -> !line.op().equals("d"))
        .map(
            line ->
                line.value().path("id").asText()
                    + " "
                    + line.value().path("request_count").asText())
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
        .map(Line::epoch)
        .toList();
  }
}
