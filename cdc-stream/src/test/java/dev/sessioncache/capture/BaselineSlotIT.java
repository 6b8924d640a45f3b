package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The slot of a baseline is dropped before the engine reads on from it: the engine would make
 * another one, and what was changed in between would be lost.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class BaselineSlotIT {

  /** More than the engine reads ahead. */
  private static final int SESSIONS = 200;

  private static final int BATCH = 10;

  private CaptureRig rig;

  @BeforeEach
  void openRig(Stack stack, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    rig = new CaptureRig(stack, "baseline_slot_" + number);
  }

  @AfterEach
  void closeRig() throws Exception {
    rig.close();
  }

  @Test
  void shouldTakeTheBaselineAgainWhenItsSlotWasDroppedMeanwhile() throws Exception {
    rig.tables.execute(insert(1, SESSIONS));
    HeldProducer producer = new HeldProducer(rig.producer());
    producer.holdFromNextRow();
    rig.start(rig.url, producer, BATCH);
    await("rows on their way").atMost(CaptureRig.SOON).until(() -> !producer.held().isEmpty());

    rig.tables.execute("select pg_drop_replication_slot('" + rig.name + "')");
    rig.tables.execute("delete from platform.user_sessions where token = 't-1'");
    rig.tables.execute("update platform.user_sessions set request_count = 7 where token = 't-2'");
    producer.letGo();

    rig.awaitQuiet();
    await("another baseline")
        .atMost(CaptureRig.SOON)
        .until(() -> rig.captured().baselines().size() == 2);
    rig.awaitQuiet();
    assertThat(rig.captured().sessions())
        .containsExactlyInAnyOrderElementsOf(rig.tables.sessions());
  }

  /** Without a row nothing tells where the slot began. */
  @Test
  void shouldNotTrustABaselineWithoutRowsWhenThereAreSome() throws Exception {
    BaselineProof proof = new BaselineProof(rig.url, rig.mapping());
    CaptureRecord noRows =
        new CaptureRecord("cluster", rig.name, "publication", new Epoch(1, 1), 1, false, 0);
    rig.tables.execute("truncate platform.users cascade");
    assertThatCode(() -> proof.prove(noRows)).doesNotThrowAnyException();

    rig.tables.execute("insert into platform.users (id) values ('" + SourceTables.USER + "')");

    assertThatThrownBy(() -> proof.prove(noRows))
        .isInstanceOf(OperationException.class)
        .hasMessage("the first rows came while the baseline was read");
  }
}
