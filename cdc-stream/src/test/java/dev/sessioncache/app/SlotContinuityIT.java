package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes that the slot no longer holds: noticed before the first event is written, and answered by
 * a new baseline. Each hole swallows a deletion, which only a baseline can find.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class SlotContinuityIT {

  /** The promise is "within seconds"; the unaided engine takes half an hour. */
  private static final Duration NOTICED = Duration.ofSeconds(30);

  private Pipeline pipeline;
  private CapturedRows captured;
  private SlotAdmin admin;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, "slot_" + number, stateDir);
    captured = new CapturedRows(pipeline);
    admin = new SlotAdmin(pipeline);
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    pipeline.session("kept", "ada");
    for (int i = 0; i < 20; i++) {
      pipeline.session("unseen-" + i, "bob");
    }
  }

  @AfterEach
  void closePipeline() throws Exception {
    captured.close();
    pipeline.close();
  }

  @Test
  void shouldNoticeThatTheSlotWasDroppedWhileStopped() {
    startAndStop();
    deleteUnseen(0);
    admin.drop();

    long hole = startAgain();

    assertNewBaseline("the slot is gone", hole);
  }

  @Test
  void shouldNoticeThatTheSlotWasDroppedWhileRunning() {
    start();

    long hole =
        admin.whileNobodyReads(
            attempt -> {
              deleteUnseen(attempt);
              admin.drop();
            });

    assertNewBaseline("the slot is gone", hole);
  }

  @Test
  void shouldNoticeThatTheSlotWasMovedWhileStopped() {
    startAndStop();
    deleteUnseen(0);
    admin.advance();

    long hole = startAgain();

    assertNewBaseline("somebody else has moved the slot ahead", hole);
  }

  @Test
  void shouldNoticeThatTheSlotWasMovedWhileRunning() {
    start();

    long hole =
        admin.whileNobodyReads(
            attempt -> {
              deleteUnseen(attempt);
              admin.advance();
            });

    assertNewBaseline("somebody else has moved the slot ahead", hole);
  }

  @Test
  void shouldNoticeThatTheSlotWasInvalidatedWhileStopped() {
    startAndStop();
    deleteUnseen(0);
    admin.invalidate();

    long hole = startAgain();

    assertNewBaseline("Postgres has invalidated the slot", hole);
  }

  /** An open transaction keeps the slot back however fast it is read. The whole app judges. */
  @Test
  void shouldNoticeThatTheSlotWasInvalidatedWhileRunning() throws Exception {
    pipeline.start();
    pipeline.awaitCached("unseen-0");
    try (Connection open = pipeline.connect();
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("delete from platform.user_sessions where token = 'unseen-0'");
      long hole = admin.endOfLog();
      admin.invalidate();
      captured.awaitBaseline("Postgres has invalidated the slot");
      open.commit();

      assertNewBaseline("Postgres has invalidated the slot", hole);
    }
    pipeline.awaitGone("unseen-0");
    pipeline.awaitCached("made-later");
    pipeline.awaitCached("kept");
  }

  private void start() {
    pipeline.start(Role.CAPTURE);
    captured.awaitQuiet();
  }

  private void startAndStop() {
    start();
    pipeline.stop();
    admin.awaitNoReader();
  }

  /** Returns the end of the log before: nothing above it may be written in the former epoch. */
  private long startAgain() {
    long hole = admin.endOfLog();
    pipeline.start(Role.CAPTURE);
    return hole;
  }

  private void deleteUnseen(int number) {
    pipeline.execute("delete from platform.user_sessions where token = 'unseen-" + number + "'");
  }

  private void assertNewBaseline(String reason, long hole) {
    long begin = System.nanoTime();
    long number = captured.awaitBaseline(reason).path("baseline").asLong();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(NOTICED);
    captured.assertSameAsPostgres();
    pipeline.session("made-later", "bob"); // not a row of the baseline: that one is complete
    captured.assertSameAsPostgres();
    assertThat(captured.numbersAbove(hole)).containsExactly(number);
  }
}
