package dev.sessioncache.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.guard.Watermark;
import java.util.List;
import java.util.Map;

/**
 * What Redis holds of the whole, at one moment.
 *
 * @param watermarks of the lanes that have one
 * @param cached sessions in the index of each lane
 * @param instances processes of the stream
 * @param readers what each has answered in ten seconds
 * @param jobs the last records of {@code warm}, {@code verify} and {@code replay}, of those that
 *     there are
 * @param generation of the cache; empty when there is none
 */
record RedisRecords(
    Map<Integer, Watermark> watermarks,
    Map<Integer, Long> cached,
    List<InstanceRecord> instances,
    List<JsonNode> readers,
    Map<String, JsonNode> jobs,
    String generation) {

  static final RedisRecords NONE =
      new RedisRecords(Map.of(), Map.of(), List.of(), List.of(), Map.of(), "");
}
