package dev.sessioncache.replay;

import org.apache.kafka.common.TopicPartition;

/**
 * What a replay reads of a lane.
 *
 * @param beginning offset of the lane's first record
 * @param end offset behind the last one when the replay began
 */
record LaneRange(TopicPartition lane, long beginning, long end) {

  int number() {
    return lane.partition();
  }

  /** Offsets; after compaction there are fewer records. */
  long length() {
    return Math.max(0, end - beginning);
  }
}
