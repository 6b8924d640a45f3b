package dev.sessioncache.lanes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Watermark;
import dev.sessioncache.redis.RedisTime;
import dev.sessioncache.topic.LaneAdmin;
import dev.sessioncache.topic.LaneSettings;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** Looks at topics, groups and watermarks; changes nothing. Used by one thread. */
final class LaneLook {

  /** What a wrong value of would lose or delay something. */
  private static final List<String> TOLD =
      List.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.DELETE_RETENTION_MS_CONFIG,
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          TopicConfig.SEGMENT_BYTES_CONFIG,
          TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG);

  private final LaneAdmin kafka;
  private final LaneSettings lanes;
  private final String applyGroup;
  private final RedisClusterCommands<byte[], byte[]> redis;
  private final GuardSettings guard;

  LaneLook(
      LaneAdmin kafka,
      LaneSettings lanes,
      String applyGroup,
      RedisClusterCommands<byte[], byte[]> redis,
      GuardSettings guard) {
    this.kafka = kafka;
    this.lanes = lanes;
    this.applyGroup = applyGroup;
    this.redis = redis;
    this.guard = guard;
  }

  LaneView view() throws InterruptedException {
    Set<String> names = kafka.topics();
    Map<String, TopicDescription> topics = kafka.describe(names);
    return new LaneView(
        RedisTime.of(redis.time()).toEpochMilli(),
        topics(names, topics),
        List.of(group(lanes.projectApplication()), group(applyGroup)),
        lanes(
            partitions(topics.get(lanes.changesTopic())),
            partitions(topics.get(lanes.entriesTopic()))));
  }

  private List<LaneView.Topic> topics(Set<String> names, Map<String, TopicDescription> topics)
      throws InterruptedException {
    Map<ConfigResource, Config> configs = kafka.configs(names);
    List<LaneView.Topic> found = new ArrayList<>();
    for (String name : names) {
      TopicDescription topic = Objects.requireNonNull(topics.get(name));
      Config config =
          Objects.requireNonNull(configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name)));
      Map<String, String> settings = new TreeMap<>();
      for (String setting : TOLD) {
        ConfigEntry entry = config.get(setting);
        if (entry != null && entry.value() != null) {
          settings.put(setting, entry.value());
        }
      }
      found.add(
          new LaneView.Topic(
              name,
              topic.partitions().size(),
              topic.partitions().get(0).replicas().size(),
              settings));
    }
    return found;
  }

  private LaneView.Group group(String name) throws InterruptedException {
    return kafka
        .group(name)
        .map(
            group ->
                new LaneView.Group(name, group.groupState().toString(), group.members().size()))
        .orElse(new LaneView.Group(name, "none", 0));
  }

  private List<LaneView.Lane> lanes(int ofChanges, int ofEntries) throws InterruptedException {
    Map<Integer, Long> changes = lags(lanes.projectApplication(), lanes.changesTopic(), ofChanges);
    Map<Integer, Long> entries = lags(applyGroup, lanes.entriesTopic(), ofEntries);
    List<LaneView.Lane> found = new ArrayList<>();
    for (int lane = 0; lane < Math.max(ofChanges, ofEntries); lane++) {
      found.add(
          new LaneView.Lane(
              lane,
              watermark(lane),
              changes.getOrDefault(lane, 0L),
              entries.getOrDefault(lane, 0L)));
    }
    return found;
  }

  /** Of a lane that was never read all is still to be read. */
  private Map<Integer, Long> lags(String group, String topic, int count)
      throws InterruptedException {
    Map<Integer, Long> lags = new TreeMap<>();
    if (count > 0) {
      Map<Integer, Long> committed = kafka.committed(group, topic);
      kafka
          .ends(topic, count)
          .forEach((lane, end) -> lags.put(lane, end - committed.getOrDefault(lane, 0L)));
    }
    return lags;
  }

  private OptionalLong watermark(int lane) {
    long at = Watermark.parse(redis.get(guard.watermarkKey(lane).getBytes(UTF_8))).atMillis();
    return at == 0 ? OptionalLong.empty() : OptionalLong.of(at);
  }

  private static int partitions(@Nullable TopicDescription topic) {
    return topic == null ? 0 : topic.partitions().size();
  }
}
