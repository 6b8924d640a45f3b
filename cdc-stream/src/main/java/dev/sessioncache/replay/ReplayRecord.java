package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.json.FlatJson;
import dev.sessioncache.json.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a replay leaves in Redis, for who goes on with it. Format: docs/redis-keys.md.
 *
 * @param state {@code running}, {@code interrupted}, {@code failed} or {@code done}
 * @param generation of the Redis that was filled
 * @param topic id of the topic, which one that is made anew does not share
 * @param at when it was written, by the clock of Redis
 * @param lanes what is in Redis of each
 */
record ReplayRecord(
    String state, String generation, String topic, Instant at, Map<Integer, DoneOffsets> lanes) {

  static final String DONE = "done";

  byte[] json() {
    return JsonText.object(
            json -> {
              json.writeStringField("state", state);
              json.writeStringField("generation", generation);
              json.writeStringField("topic", topic);
              json.writeStringField("at", at.toString());
              json.writeObjectFieldStart("lanes");
              for (var lane : lanes.entrySet()) {
                json.writeArrayFieldStart(lane.getKey().toString());
                for (DoneOffsets.Stretch stretch : lane.getValue().stretches()) {
                  json.writeNumber(stretch.from());
                  json.writeNumber(stretch.end());
                }
                json.writeEndArray();
              }
              json.writeEndObject();
            })
        .getBytes(UTF_8);
  }

  /** Empty when the text is no such record. */
  static Optional<ReplayRecord> read(byte[] text) {
    Map<String, String> fields = FlatJson.read(text);
    try {
      return Optional.of(
          new ReplayRecord(
              fields.getOrDefault("/state", ""),
              fields.getOrDefault("/generation", ""),
              fields.getOrDefault("/topic", ""),
              Instant.parse(fields.getOrDefault("/at", "")),
              lanes(fields)));
    } catch (RuntimeException e) {
      return Optional.empty(); // somebody else's
    }
  }

  private static Map<Integer, DoneOffsets> lanes(Map<String, String> fields) {
    Map<Integer, DoneOffsets> lanes = new TreeMap<>();
    fields.forEach(
        (pointer, value) -> {
          String[] path = pointer.split("/", -1);
          if (path.length == 4 && path[1].equals("lanes") && Integer.parseInt(path[3]) % 2 == 0) {
            String end =
                fields.getOrDefault(
                    "/lanes/" + path[2] + "/" + (Integer.parseInt(path[3]) + 1), "");
            lanes.merge(
                Integer.parseInt(path[2]),
                DoneOffsets.NONE.with(Long.parseLong(value), Long.parseLong(end)),
                ReplayRecord::both);
          }
        });
    return lanes;
  }

  private static DoneOffsets both(DoneOffsets one, DoneOffsets other) {
    DoneOffsets both = one;
    for (DoneOffsets.Stretch stretch : other.stretches()) {
      both = both.with(stretch.from(), stretch.end());
    }
    return both;
  }

  /**
   * What a replay that begins now need not write again: that of a run which did not come to its
   * end, in this Redis and this topic, and so long ago at most that half of the lease is left of
   * what was written last.
   */
  Map<Integer, DoneOffsets> goesOnIn(
      String nowGeneration, String nowTopic, Instant now, Duration lease) {
    boolean fits =
        !state.equals(DONE)
            && generation.equals(nowGeneration)
            && topic.equals(nowTopic)
            && at.plus(lease.dividedBy(2)).isAfter(now);
    return fits ? lanes : Map.of();
  }
}
