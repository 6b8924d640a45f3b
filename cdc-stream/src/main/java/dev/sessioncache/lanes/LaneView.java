package dev.sessioncache.lanes;

import dev.sessioncache.json.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The lanes at one moment.
 *
 * @param nowMillis by the clock of Redis, ms since 1970
 * @param topics of ours that are there
 * @param groups of project and apply
 * @param lanes by their number; none without topics
 */
record LaneView(long nowMillis, List<Topic> topics, List<Group> groups, List<Lane> lanes) {

  /**
   * A topic.
   *
   * @param settings those that matter, by Kafka's names
   */
  record Topic(String name, int partitions, int replication, Map<String, String> settings) {}

  /**
   * A consumer group.
   *
   * @param state as Kafka calls it; {@code none} when there is none
   */
  record Group(String name, String state, int members) {}

  /**
   * A lane.
   *
   * @param watermarkMillis everything committed before has been applied; empty when nothing says so
   * @param changesLag records that project has not read yet
   * @param entriesLag records that apply has not applied yet
   */
  record Lane(int number, OptionalLong watermarkMillis, long changesLag, long entriesLag) {}

  /** Aligned lines for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    int width = topics.stream().mapToInt(topic -> topic.name().length()).max().orElse(5);
    for (Topic topic : topics) {
      line(
          text,
          "%-" + width + "s  %4d partitions, %d replicas, %s",
          topic.name(),
          topic.partitions(),
          topic.replication(),
          topic.settings().entrySet().stream()
              .map(setting -> setting.getKey() + "=" + setting.getValue())
              .collect(Collectors.joining(" ")));
    }
    for (Group group : groups) {
      line(
          text,
          "%-" + width + "s  %4d members, %s",
          group.name(),
          group.members(),
          group.state().toLowerCase(Locale.ROOT));
    }
    if (!lanes.isEmpty()) {
      line(text, "%6s %14s %14s %14s", "lane", "watermark", "changes", "entries");
    }
    for (Lane lane : lanes) {
      line(
          text,
          "%6d %14s %,14d %,14d",
          lane.number(),
          age(lane).isPresent() ? "%.1f s".formatted(age(lane).getAsLong() / 1e3) : "none",
          lane.changesLag(),
          lane.entriesLag());
    }
    return text.isEmpty() ? "there are no topics of ours yet" : text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The clocks of Redis and Postgres may differ by a little. */
  private OptionalLong age(Lane lane) {
    return lane.watermarkMillis().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, nowMillis - lane.watermarkMillis().getAsLong()));
  }

  /** One JSON object. */
  String json() {
    return JsonText.object(
        json -> {
          json.writeArrayFieldStart("topics");
          for (Topic topic : topics) {
            json.writeStartObject();
            json.writeStringField("name", topic.name());
            json.writeNumberField("partitions", topic.partitions());
            json.writeNumberField("replication", topic.replication());
            json.writeObjectFieldStart("settings");
            for (Map.Entry<String, String> setting : topic.settings().entrySet()) {
              json.writeStringField(setting.getKey(), setting.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("groups");
          for (Group group : groups) {
            json.writeStartObject();
            json.writeStringField("name", group.name());
            json.writeStringField("state", group.state());
            json.writeNumberField("members", group.members());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("lanes");
          for (Lane lane : lanes) {
            json.writeStartObject();
            json.writeNumberField("lane", lane.number());
            OptionalLong age = age(lane);
            if (age.isPresent()) {
              json.writeNumberField("watermark_ms", lane.watermarkMillis().orElse(0));
              json.writeNumberField("age_ms", age.getAsLong());
            } else {
              json.writeNullField("watermark_ms");
              json.writeNullField("age_ms");
            }
            json.writeNumberField("changes_lag", lane.changesLag());
            json.writeNumberField("entries_lag", lane.entriesLag());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
