package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.LaneAdmin;
import dev.sessioncache.topic.LaneSettings;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/**
 * Makes project forget in Kafka all that it has ever read, as Kafka's own <a
 * href="https://kafka.apache.org/documentation/streams/developer-guide/app-reset-tool.html">reset
 * tool</a> does: its offsets and its internal topics go. The local state directory is its owner's.
 */
final class ProjectReset {

  private final LaneAdmin kafka;
  private final LaneSettings lanes;

  ProjectReset(Admin admin, LaneSettings lanes) {
    this.kafka = new LaneAdmin(admin, lanes);
    this.lanes = lanes;
  }

  /**
   * What is about to be written to entries again is old news: nobody may take it to a Redis.
   *
   * @throws OperationException when a group of this installation has members
   */
  void requireThatNobodyIsAtWork() throws InterruptedException {
    kafka.requireStopped();
  }

  void reset() throws InterruptedException {
    kafka.deleteGroup(lanes.projectApplication());
    Set<String> changelogs =
        kafka.topics().stream().filter(lanes::isChangelog).collect(Collectors.toSet());
    kafka.deleteTopics(changelogs);
  }
}
