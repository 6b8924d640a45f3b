package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.LaneSettings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.jspecify.annotations.Nullable;

/**
 * Makes project forget in Kafka all that it has ever read, as Kafka's own <a
 * href="https://kafka.apache.org/documentation/streams/developer-guide/app-reset-tool.html">reset
 * tool</a> does: its offsets and its internal topics go. The local state directory is its owner's.
 */
final class ProjectReset {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long ASK_AGAIN_MILLIS = 50;

  private final Admin admin;
  private final LaneSettings lanes;

  ProjectReset(Admin admin, LaneSettings lanes) {
    this.admin = admin;
    this.lanes = lanes;
  }

  /**
   * What is about to be written to entries again is old news: nobody may take it to a Redis.
   *
   * @throws OperationException when a group of this installation has members
   */
  void requireThatNobodyIsAtWork() throws InterruptedException {
    for (GroupListing group :
        LaneLog.answer(
            admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), lanes.changesTopic())) {
      boolean idle =
          group
              .groupState()
              .filter(state -> state == GroupState.EMPTY || state == GroupState.DEAD)
              .isPresent();
      if (group.groupId().startsWith(lanes.prefix() + ".") && !idle) {
        throw inUse(group.groupId(), null);
      }
    }
  }

  private static OperationException inUse(String group, @Nullable Throwable cause) {
    String message =
        "group "
            + group
            + " has members: stop all instances of the stream first; one that was killed leaves"
            + " after kafka.session.timeout";
    return cause == null ? new OperationException(message) : new OperationException(message, cause);
  }

  void reset() throws InterruptedException {
    String group = lanes.projectApplication();
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupNotEmptyException) {
        throw inUse(group, e);
      }
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw new OperationException(
            "Kafka refuses to delete group " + group + ": grant us DELETE on it", e);
      }
    } catch (TimeoutException e) {
      throw new OperationException("Kafka does not answer: check it and run it again", e);
    }
    deleteTopics();
  }

  private void deleteTopics() throws InterruptedException {
    LaneLog.answer(admin.deleteTopics(internalTopics()).all(), lanes.projectApplication());
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!internalTopics().isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new OperationException(
            "Kafka does not delete the topics of " + lanes.projectApplication() + ": run it again");
      }
      Thread.sleep(ASK_AGAIN_MILLIS);
    }
  }

  private Set<String> internalTopics() throws InterruptedException {
    return LaneLog.answer(admin.listTopics().names(), lanes.projectApplication()).stream()
        .filter(name -> name.startsWith(lanes.projectApplication() + "-"))
        .filter(name -> name.endsWith("-changelog") || name.endsWith("-repartition"))
        .collect(Collectors.toSet());
  }
}
