package dev.sessioncache.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic of ours must be, and what we make it. Reasons for each setting in docs/topics.md.
 *
 * @param name of the topic
 * @param partitions with which it is created
 * @param inLanes whether it must have one for each lane
 * @param configs with which it is created
 */
record TopicShape(String name, int partitions, boolean inLanes, Map<String, String> configs) {

  private static final int MIB = 1024 * 1024;

  /** Only a closed segment is compacted, and pulses alone would take months to fill 1 GiB. */
  private static final int SEGMENT_BYTES = 128 * MIB;

  /** One record, written anew with each batch. */
  private static final int CAPTURE_SEGMENT_BYTES = 16 * MIB;

  private static final Duration A_DAY = Duration.ofDays(1);

  /** A compacted one; a removal must outlast the longest stop of a consumer: later it misses it. */
  static TopicShape lanes(String name, int lanes) {
    return new TopicShape(name, lanes, true, compacted(SEGMENT_BYTES));
  }

  static TopicShape capture(String name) {
    return new TopicShape(name, 1, false, compacted(CAPTURE_SEGMENT_BYTES));
  }

  static TopicShape deadLetters(String name) {
    return new TopicShape(
        name,
        1,
        false,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            millis(Topics.REMOVALS_KEPT),
            TopicConfig.SEGMENT_MS_CONFIG,
            millis(A_DAY),
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(DeadLetter.MAX_LETTER_BYTES)));
  }

  /** Of a changelog; Kafka Streams says itself which of its topics are compacted. */
  static Map<String, String> changelogConfigs() {
    Map<String, String> configs = compacted(SEGMENT_BYTES);
    configs.remove(TopicConfig.CLEANUP_POLICY_CONFIG);
    return configs;
  }

  private static Map<String, String> compacted(int segmentBytes) {
    Map<String, String> configs = new HashMap<>();
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    configs.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, millis(Topics.REMOVALS_KEPT));
    configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes(LaneSettings.MAX_RECORD_BYTES));
    configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, bytes(segmentBytes));
    configs.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, millis(A_DAY));
    return configs;
  }

  boolean isCompacted() {
    return TopicConfig.CLEANUP_POLICY_COMPACT.equals(
        configs.get(TopicConfig.CLEANUP_POLICY_CONFIG));
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }

  private static String bytes(int bytes) {
    return Integer.toString(bytes);
  }
}
