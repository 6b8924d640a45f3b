package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.Epoch;
import java.io.IOException;
import java.util.Optional;

/**
 * How far capture has come, as the topic {@code capture} keeps it. Written before the slot is told,
 * so a slot that is ahead of it was moved by somebody else.
 *
 * @param complete whether the baseline of this epoch has been written to {@code changes} as a whole
 * @param lsn highest log position that the slot may have been told
 */
record CaptureRecord(String systemId, String slot, Epoch epoch, boolean complete, long lsn) {

  private static final ObjectMapper JSON = new ObjectMapper();

  byte[] toJson() {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("system_id", systemId);
    fields.put("slot", slot);
    fields.put("timeline", epoch.timeline());
    fields.put("baseline", epoch.baseline());
    fields.put("complete", complete);
    fields.put("lsn", lsn);
    return fields.toString().getBytes(UTF_8);
  }

  /** Empty when the value is not such a record: then nothing is known and a new baseline is due. */
  static Optional<CaptureRecord> parse(byte[] value) {
    try {
      JsonNode fields = JSON.readTree(value);
      return Optional.of(
          new CaptureRecord(
              fields.required("system_id").asText(),
              fields.required("slot").asText(),
              new Epoch(fields.required("timeline").asInt(), fields.required("baseline").asInt()),
              fields.required("complete").asBoolean(),
              fields.required("lsn").asLong()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  CaptureRecord completed() {
    return new CaptureRecord(systemId, slot, epoch, true, lsn);
  }

  CaptureRecord upTo(long nextLsn) {
    return Long.compareUnsigned(nextLsn, lsn) > 0
        ? new CaptureRecord(systemId, slot, epoch, complete, nextLsn)
        : this;
  }
}
