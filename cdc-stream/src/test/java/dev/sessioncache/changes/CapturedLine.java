package dev.sessioncache.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record of {@code changes} that is no tombstone, as it stands in the topic. */
public record CapturedLine(int lane, String key, Epoch epoch, long term, JsonNode value) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty for a tombstone. */
  public static Optional<CapturedLine> of(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CapturedLine(
              record.partition(),
              record.key(),
              ChangeReader.epoch(record.headers()).orElse(Epoch.NONE),
              ChangeReader.term(record.headers()).orElse(0),
              JSON.readTree(new String(record.value(), UTF_8))));
    } catch (UnreadableChangeException | IOException e) {
      throw new AssertionError(e);
    }
  }

  public String op() {
    return value.path("__op").asText();
  }

  /** Log position of the change; 0 for a row of a baseline, which all changes come after. */
  public long lsn() {
    return op().equals("r") ? 0 : value.path("__lsn").asLong();
  }

  /** Of one session, or of all of them. */
  public boolean isOfSessions() {
    return value.path("__table").asText().equals(ChangeLine.SESSIONS);
  }

  /** As the ledger has it. */
  public String change() {
    String version = op().equals("d") ? "" : " " + value.path("request_count").asText();
    return op() + " " + value.path("id").asText() + version;
  }
}
