package dev.sessioncache.topic;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import dev.sessioncache.mapping.Lanes;
import java.time.Duration;

/** Topics and lanes. */
@Section(
    value = "Lanes and topics",
    description =
        "How many lanes there are, what their topics are called, and when a lane counts as behind.")
public record LaneSettings(
    @Setting(
            name = "lanes",
            defaultValue = "4",
            min = "1",
            max = "" + Lanes.MOST,
            description =
                "Number of lanes: the partitions of `changes` and of `entries`. For topics that exist, `warmer lanes --change-to` changes it, with everything stopped.")
        int count,
    @Setting(
            name = "topics.prefix",
            defaultValue = "session-cache",
            description =
                "Prefix of all topics, consumer groups and the Streams application id. Two installations on one Kafka need two prefixes.")
        String prefix,
    @Setting(
            name = "topics.replication",
            defaultValue = "-1",
            description =
                "Replication factor of topics that we create; -1 takes the broker's default.")
        short replication,
    @Setting(
            name = "staleness.bound",
            defaultValue = "30s",
            min = "1s",
            description =
                "A lane whose last pulse is older than this is behind: it only takes sessions away until it has caught up.")
        Duration stalenessBound) {

  /** Of records, by who sends them; in Java where its native library can't be unpacked. */
  public static final String COMPRESSION = "lz4";

  /** Bytes of a record of any topic. */
  public static final int MAX_RECORD_BYTES = ChangeFormat.MAX_RECORD_BYTES;

  /** What a row, or a document, may have, so that key and headers fit beside it. */
  public static final int MAX_VALUE_BYTES = ChangeFormat.MAX_VALUE_BYTES;

  public LaneSettings {
    if (!prefix.matches("[a-zA-Z0-9._-]{1,150}")) {
      throw new IllegalArgumentException(
          "topics.prefix may hold letters, digits, dots, dashes and underscores");
    }
  }

  /** Row changes of both tables, in lanes. */
  public String changesTopic() {
    return prefix + ".changes";
  }

  /** What is to be cached, in lanes: the cache as a log. */
  public String entriesTopic() {
    return prefix + ".entries";
  }

  /** How far capture has come: one partition, compacted. */
  public String captureTopic() {
    return prefix + ".capture";
  }

  /** Consumer group of the watch over a connector, which keeps how far it has looked. */
  public String captureGroup() {
    return prefix + ".capture";
  }

  /** Records that can't be used, of all stages: one partition. */
  public String deadLettersTopic() {
    return prefix + ".dead-letters";
  }

  /** Application id of the Streams program, so the prefix of its internal topics and its group. */
  public String projectApplication() {
    return prefix + ".project";
  }

  /** Whether a topic is one in which Kafka Streams keeps a state of ours. */
  public boolean isChangelog(String topic) {
    return topic.startsWith(projectApplication() + "-") && topic.endsWith("-changelog");
  }

  /** The same with another number of lanes. */
  public LaneSettings withCount(int lanes) {
    return new LaneSettings(lanes, prefix, replication, stalenessBound);
  }
}
