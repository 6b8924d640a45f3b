package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.Lanes;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
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
@Timeout(300)
class SessionLanesIT {

  private static final Lanes LANES = new Lanes(4);
  private static final int LANE = LANES.of(SourceTables.USER);

  /** Of another lane than the first one. */
  private static final String OTHER_USER =
      Stream.iterate(2L, id -> id + 1)
          .map(id -> new UUID(0, id).toString())
          .filter(id -> LANES.of(id) != LANE)
          .findFirst()
          .orElseThrow();

  private static final String ID_OF_1 = new UUID(0, 1).toString();

  private CaptureRig rig;

  @BeforeEach
  void captureOnce(Stack stack, TestInfo test) throws Exception {
    String name = "session_lanes_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    rig = new CaptureRig(stack, name, Duration.ofSeconds(5), LANES.count());
    rig.tables.execute(
        "insert into platform.users (id, status) values ('" + OTHER_USER + "', 'active')");
    rig.tables.execute(insert(1, 10));
    RunningCapture capture = rig.start();
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

    touch(3);

    rig.awaitQuiet();
    assertThat(lanesTold(3)).isEmpty();
  }

  @Test
  void shouldTellTheLaneThatASessionHasLeft() {
    rig.start();
    rig.awaitQuiet();

    move(3);

    rig.awaitQuiet();
    assertThat(lanesTold(3)).containsExactly(LANE);
  }

  /** When it reads where they stand, that is the lane which they have moved to. */
  @Test
  void shouldTellAllOtherLanesOfAChangeThatWasMadeBeforeItBegan() {
    move(3);
    touch(4);

    rig.start();

    rig.awaitQuiet();
    assertThat(lanesTold(3)).isEqualTo(allBut(LANES.of(OTHER_USER)));
    assertThat(lanesTold(4)).isEqualTo(allBut(LANE));
  }

  /** Somebody may be about to move it, and capture may have read that before. */
  @Test
  void shouldTellAllOtherLanesOfASessionThatIsBeingChangedWhenItBegins() throws Exception {
    try (Connection other = rig.tables.open()) {
      other.setAutoCommit(false);
      SourceTables.execute(
          other, "select from platform.user_sessions where token = 't-3' for update");
      rig.start();
      rig.awaitQuiet();
      other.rollback();
    }

    touch(3);
    touch(4);

    rig.awaitQuiet();
    assertThat(lanesTold(3)).isEqualTo(allBut(LANE));
    assertThat(lanesTold(4)).isEmpty();
  }

  @Test
  void shouldKnowNothingSoonAndLeaveTheConnectionAsItWasWhenTheTableIsLocked() throws Exception {
    try (Connection other = rig.tables.open();
        Connection connection = rig.tables.open()) {
      other.setAutoCommit(false);
      SourceTables.execute(other, "lock platform.user_sessions in access exclusive mode");
      LanesSnapshot snapshot = new LanesSnapshot(connection, rig.mapping(), LANES);

      SessionLanes lanes = assertTimeout(Duration.ofSeconds(10), snapshot::take);

      assertThat(lanes.put(ID_OF_1, LANE, Long.MAX_VALUE)).isEmpty();
      assertThat(connection.getAutoCommit()).isTrue();
      other.rollback();
      assertThat(snapshot.take().put(ID_OF_1, LANE, Long.MAX_VALUE)).hasValue(LANE);
    }
  }

  private void touch(int session) {
    rig.tables.execute(
        "update platform.user_sessions set request_count = 1 where token = 't-" + session + "'");
  }

  private static Set<Integer> allBut(int lane) {
    return LANES.all().filter(one -> one != lane).boxed().collect(Collectors.toSet());
  }

  private void move(int session) {
    rig.tables.execute(
        "update platform.user_sessions set user_id = '"
            + OTHER_USER
            + "' where token = 't-"
            + session
            + "'");
  }

  /** In which lanes stands that the session is none of theirs. */
  private Set<Integer> lanesTold(int session) {
    String id = "-%012d".formatted(session);
    return rig.records().stream()
        .filter(record -> record.value() == null && record.key().endsWith(id))
        .map(ConsumerRecord::partition)
        .collect(Collectors.toSet());
  }
}
