package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.document;
import static dev.sessioncache.apply.EntryRecords.put;
import static dev.sessioncache.apply.EntryRecords.removal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing is committed that Redis has not taken, and all of it is. */
@ExtendWith(StackExtension.class)
class CommittedOffsetsIT {

  private Stack stack;
  private AppliedLane lane;

  @BeforeEach
  void start(Stack stack, TestInfo test) throws Exception {
    this.stack = stack;
    this.lane =
        new AppliedLane(
            stack, "committed-" + Math.floorMod(test.getDisplayName().hashCode(), 100_000));
    lane.send(put(lane.key("first"), 1));
    lane.start();
    lane.awaitCached(1);
  }

  @AfterEach
  void close() throws Exception {
    stack.redis().resume();
    lane.close();
  }

  @Test
  void shouldCommitOnlyWhatRedisHasTakenWhenRedisStalls() throws Exception {
    lane.awaitCommitted(1);

    stack.redis().pause();
    lane.send(put(lane.key("second"), 2), removal(lane.key("first"), 3));

    await("no commit while Redis stalls")
        .during(Duration.ofSeconds(2))
        .atMost(AppliedLane.SOON)
        .until(() -> lane.committed().offset() == 1);
    stack.redis().resume();
    lane.awaitCommitted(3);
    assertThat(lane.cached("second")).isEqualTo(document(2));
    assertThat(lane.cached("first")).isNull();
  }

  @Test
  void shouldHaveCommittedWhatRedisHasTakenWhenClosed() throws Exception {
    lane.send(put(lane.key("second"), 2));
    lane.awaitCached(2);

    lane.stop();

    assertThat(lane.committed().offset()).isEqualTo(2);
  }
}
