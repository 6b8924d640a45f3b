package dev.sessioncache.project;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A lane's state as JSON. */
final class LaneStateSerde {

  private LaneStateSerde() {}

  static Serde<LaneState> create() {
    ObjectMapper json = new ObjectMapper();
    return Serdes.serdeFrom(
        (topic, state) -> state == null ? null : write(json, state),
        (topic, bytes) -> bytes == null ? null : read(json, bytes));
  }

  private static byte[] write(ObjectMapper json, LaneState state) {
    ObjectNode fields = json.createObjectNode();
    fields.put("timeline", Integer.toUnsignedLong(state.epoch().timeline()));
    fields.put("baseline", Integer.toUnsignedLong(state.epoch().baseline()));
    fields.put("rows", state.rows().name());
    ArrayNode passes = fields.putArray("passes");
    for (RowPass pass : state.passes()) {
      passes
          .addObject()
          .put("kind", pass.kind().name())
          .put("up_to", pass.upTo())
          .put("lsn", pass.version().lsn())
          .put("tx", pass.version().transaction().bits())
          .put("committed_at_us", pass.committedAtMicros());
    }
    fields.put("watermark_ms", state.watermarkMillis());
    fields.put("caught_up", state.caughtUp());
    fields.put("published_up_to", state.publishedUpTo());
    fields.put("term", state.term());
    fields.put("floor", state.floor());
    fields.put("read_up_to", state.reading().upTo());
    fields.put("read_at_ms", state.reading().atMillis());
    return fields.toString().getBytes(UTF_8);
  }

  private static LaneState read(ObjectMapper json, byte[] bytes) {
    try {
      JsonNode fields = json.readTree(bytes);
      return new LaneState(
          new Epoch((int) fields.path("timeline").asLong(), (int) fields.path("baseline").asLong()),
          LaneState.Rows.valueOf(fields.path("rows").asText()),
          passes(fields.path("passes")),
          fields.path("watermark_ms").asLong(),
          fields.path("caught_up").asBoolean(),
          fields.path("published_up_to").textValue(),
          fields.path("term").asLong(),
          new LaneState.Reading(
              fields.path("read_up_to").asLong(), fields.path("read_at_ms").asLong()),
          fields.path("floor").textValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RowPass> passes(JsonNode array) {
    List<RowPass> passes = new ArrayList<>();
    for (JsonNode pass : array) {
      passes.add(
          new RowPass(
              RowPass.Kind.valueOf(pass.path("kind").asText()),
              pass.path("up_to").asText(),
              new RowVersion(pass.path("lsn").asLong(), new TransactionId(pass.path("tx").asInt())),
              pass.path("committed_at_us").asLong()));
    }
    return List.copyOf(passes);
  }
}
