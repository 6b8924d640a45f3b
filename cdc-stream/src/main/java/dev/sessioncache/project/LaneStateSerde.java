package dev.sessioncache.project;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    fields.put("loading", state.loading());
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
          fields.path("loading").asBoolean(),
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
}
