package dev.sessioncache.replay;

import dev.sessioncache.apply.RedisIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an apply that has never run begin where the replay ended, with the word that this Redis
 * holds its lanes whole. Else it would begin with the earliest entries, take all old puts as
 * removals, and fill Redis a second time.
 */
final class Handover {

  private static final Logger log = LoggerFactory.getLogger(Handover.class);
  private static final long ANSWER_SECONDS = 10;

  private final Admin admin;
  private final String group;

  Handover(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  /**
   * Sets the group's offsets, unless it has some: then it knows itself where it is.
   *
   * @param always set them all the same: it is the group of this Redis, and all that it knows of is
   *     old news, written anew
   * @return the group; empty when it was left as it is
   */
  Optional<String> to(List<LaneReplay> lanes, RedisIdentity redis, boolean always)
      throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (LaneReplay lane : lanes) {
      offsets.put(lane.range().lane(), new OffsetAndMetadata(lane.range().end(), redis.encode()));
    }
    try {
      Map<TopicPartition, OffsetAndMetadata> present =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (!always && offsets.keySet().stream().anyMatch(lane -> present.get(lane) != null)) {
        return Optional.empty();
      }
      admin.alterConsumerGroupOffsets(group, offsets).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
      return Optional.of(group);
    } catch (ExecutionException | TimeoutException e) {
      // It has members by now, or we may not: then it fills Redis once more.
      log.info("event=group_not_told group={} cause={}", group, e.getClass().getSimpleName());
      return Optional.empty();
    }
  }
}
