package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.Lanes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A capture that begins to read knows in which lanes the sessions stand. */
@ExtendWith(StackExtension.class)
@Timeout(120)
class SessionLanesIT {

  private static final int LANE = new Lanes(CaptureRig.LANES).of(SourceTables.USER);

  /** Of another lane than the first one. */
  private static final String OTHER_USER =
      Stream.iterate(2L, id -> id + 1)
          .map(id -> new UUID(0, id).toString())
          .filter(id -> new Lanes(CaptureRig.LANES).of(id) != LANE)
          .findFirst()
          .orElseThrow();

  private CaptureRig rig;
  private RunningCapture capture;

  @BeforeEach
  void makeRig(Stack stack, TestInfo test) throws Exception {
    rig =
        new CaptureRig(
            stack, "session_lanes_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000));
    rig.tables.execute(
        "insert into platform.users (id, status) values ('" + OTHER_USER + "', 'active')");
    rig.tables.execute(insert(1, 10));
    capture = rig.start();
    rig.awaitQuiet();
    capture.close();
  }

  @AfterEach
  void closeRig() throws Exception {
    rig.close();
  }

  @Test
  void shouldTellNoOtherLaneOfTheFirstChangeOfASession() {
    rig.start();
    rig.awaitQuiet();

    rig.tables.execute("update platform.user_sessions set request_count = 1");

    rig.awaitQuiet();
    assertThat(tombstones()).isEmpty();
  }

  @Test
  void shouldTellTheLaneThatASessionHasLeft() {
    rig.start();
    rig.awaitQuiet();

    move(3);

    rig.awaitQuiet();
    assertThat(tombstones())
        .singleElement()
        .satisfies(
            moved -> {
              assertThat(moved.partition()).isEqualTo(LANE);
              assertThat(moved.key()).endsWith("3");
            });
  }

  /** When it reads where they stand, that is the lane which they have moved to. */
  @Test
  void shouldTellAllOtherLanesOfAChangeThatWasMadeBeforeItBegan() {
    move(3);
    rig.tables.execute(
        "update platform.user_sessions set request_count = 1 where token in ('t-3', 't-4')");

    rig.start();

    rig.awaitQuiet();
    assertThat(tombstones()).hasSize(2);
    assertThat(tombstones()).anyMatch(one -> one.partition() == LANE && one.key().endsWith("3"));
    assertThat(tombstones()).anyMatch(one -> one.partition() != LANE && one.key().endsWith("4"));
  }

  private void move(int session) {
    rig.tables.execute(
        "update platform.user_sessions set user_id = '"
            + OTHER_USER
            + "' where token = 't-"
            + session
            + "'");
  }

  private List<ConsumerRecord<String, byte[]>> tombstones() {
    return rig.records().stream().filter(record -> record.value() == null).toList();
  }
}
