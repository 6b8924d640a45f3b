package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.Epoch;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * How far capture has come, as the topic {@code capture} keeps it. Written before the slot is told,
 * so a slot that is ahead of it was moved by somebody else.
 *
 * @param publication identity of the publication, its tables and mapped columns, see {@link
 *     Publication#identity}
 * @param term of the capture that wrote it
 * @param complete whether the baseline of this epoch has been written to {@code changes} as a whole
 * @param lsn highest log position that the slot may have been told; of a connector's slot where it
 *     began, 0 before it was there
 * @param engine who reads the slot
 */
record CaptureRecord(
    String systemId,
    String slot,
    String publication,
    Epoch epoch,
    long term,
    boolean complete,
    long lsn,
    CaptureEngine engine) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One of the embedded engine. */
  CaptureRecord(
      String systemId,
      String slot,
      String publication,
      Epoch epoch,
      long term,
      boolean complete,
      long lsn) {
    this(systemId, slot, publication, epoch, term, complete, lsn, CaptureEngine.EMBEDDED);
  }

  byte[] toJson() {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("system_id", systemId);
    fields.put("slot", slot);
    fields.put("publication", publication);
    fields.put("timeline", Integer.toUnsignedLong(epoch.timeline()));
    fields.put("baseline", Integer.toUnsignedLong(epoch.baseline()));
    fields.put("term", term);
    fields.put("complete", complete);
    fields.put("lsn", lsn);
    fields.put("engine", engine.name().toLowerCase(Locale.ROOT));
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
              fields.required("publication").asText(),
              new Epoch(
                  (int) fields.required("timeline").asLong(),
                  (int) fields.required("baseline").asLong()),
              fields.required("term").asLong(),
              fields.required("complete").asBoolean(),
              fields.required("lsn").asLong(),
              CaptureEngine.valueOf(
                  fields.path("engine").asText("embedded").toUpperCase(Locale.ROOT))));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  CaptureRecord completed() {
    return new CaptureRecord(systemId, slot, publication, epoch, term, true, lsn, engine);
  }

  CaptureRecord inTerm(long next) {
    return new CaptureRecord(systemId, slot, publication, epoch, next, complete, lsn, engine);
  }

  /**
   * The term of the capture that is about to begin: above the last one, and above every one that is
   * not known any more, as the clock goes on.
   *
   * @param last empty when nothing was written down
   * @param clockMillis by the clock of Postgres, which all captures share, ms since 1970
   */
  static long nextTerm(Optional<CaptureRecord> last, long clockMillis) {
    return Math.max(clockMillis, last.map(record -> record.term() + 1).orElse(0L));
  }

  CaptureRecord upTo(long nextLsn) {
    return Long.compareUnsigned(nextLsn, lsn) > 0
        ? new CaptureRecord(systemId, slot, publication, epoch, term, complete, nextLsn, engine)
        : this;
  }
}
