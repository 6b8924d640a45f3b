package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.id;
import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Fault;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A capture that is stopped or killed at the worst moment loses no change. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class CaptureRestartIT {

  private CaptureRig rig;

  @BeforeEach
  void makeRig(Stack stack, TestInfo test) throws Exception {
    rig =
        new CaptureRig(
            stack,
            "restart_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000),
            Duration.ofMinutes(1)); // captures don't begin anew by themselves
  }

  @AfterEach
  void closeRig() throws Exception {
    rig.close();
  }

  /** Kafka is frozen, so the batch that Postgres has sent waits for its acknowledgement. */
  @Test
  void shouldLoseNothingWhenKilledWhileKafkaHoldsTheBatch(Stack stack) {
    ChildProcess capture = rig.process(2048);
    capture.start();
    rig.awaitQuiet();

    stack.kafka().pause();
    try {
      rig.tables.execute(insert(1, 500));
      long inserted = rig.currentLsn();
      await("the changes sent").atMost(CaptureRig.SOON).until(() -> rig.sentLsn() >= inserted);
      capture.kill();
      assertThat(rig.confirmedLsn()).as("confirmed before the kill").isLessThan(inserted);
    } finally {
      stack.kafka().resume();
    }
    rig.tables.execute("update platform.user_sessions set request_count = 1");
    capture.start();

    rig.assertExactWithoutNewBaseline();
  }

  /** Kafka has all of the batch, and the confirmation is on its way to Postgres. */
  @Test
  void shouldSendTheBatchAgainWhenKilledBeforePostgresHearsTheConfirmation() {
    try (FaultProxy proxy = new FaultProxy(rig.url.host(), rig.url.port())) {
      ChildProcess capture = rig.process(proxy);
      capture.start();
      rig.awaitQuiet();
      proxy.set(Fault.toServerHeld(), CaptureRig.READS_A_SLOT);

      rig.tables.execute(insert(1, 100));
      long inserted = rig.currentLsn();
      rig.awaitQuiet();
      await("the confirmation on its way") // sent once Kafka has the batch, which is quiet by then
          .atMost(CaptureRig.SOON)
          .until(() -> proxy.count(Fault.Kind.TO_SERVER_HELD) > 0);
      capture.kill();
      proxy.set(Fault.reset()); // what was held is lost

      assertThat(rig.confirmedLsn()).as("confirmed before the kill").isLessThan(inserted);
    }
    assertThat(rig.captured().duplicates()).isZero();
    rig.process(2048).start();

    rig.assertExactWithoutNewBaseline();
    assertThat(rig.captured().duplicates()).isPositive();
  }

  /** Kafka has all of the batch but Postgres was not told: all of it comes again. */
  @Test
  void shouldSendTheBatchAgainWhenItFailsBetweenAcknowledgementAndConfirmation() throws Exception {
    FailingProducer producer = new FailingProducer(rig.producer(), rig.lanes.captureTopic());
    rig.start(rig.url, producer, 2048);
    rig.awaitQuiet();

    producer.failAfterTheNext(50);
    rig.tables.execute(insert(1, 100));
    await("the failure").atMost(CaptureRig.SOON).until(producer::hasFailed);

    rig.assertExactWithoutNewBaseline();
    assertThat(rig.captured().duplicates()).isPositive();
  }

  /** <a href="https://github.com/debezium/dbz/issues/76">dbz#76</a>. */
  @Test
  @Tag("soak")
  void shouldLoseNothingOfALongTransactionThatSpansARestart() throws Exception {
    try (Connection longOne = rig.tables.open()) {
      RunningCapture first = rig.start();
      rig.awaitQuiet();
      longOne.setAutoCommit(false);

      SourceTables.execute(longOne, insert(1, 5));
      rig.tables.execute(insert(101, 101));
      rig.awaitQuiet();
      SourceTables.execute(longOne, insert(6, 10));
      first.stop();
      longOne.commit();
      rig.tables.execute(insert(102, 102));
      rig.start();

      rig.assertExactWithoutNewBaseline();
      assertThat(rig.captured().changes()).hasSize(12);
    }
  }

  /**
   * <a href="https://github.com/debezium/dbz/issues/1554">dbz#1554</a>: many rows, one position.
   */
  @Test
  @Tag("soak")
  void shouldLoseNothingOfACopyWhenKilledInItsMiddle() {
    ChildProcess capture = rig.process(7);
    capture.start();
    rig.awaitQuiet();

    rig.tables.execute(SourceTables.COPY_5000);
    await("its first rows")
        .atMost(CaptureRig.SOON)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> !rig.captured().changes().isEmpty());
    capture.kill();
    assertThat(rig.captured().changes()).hasSizeBetween(1, 4999);
    capture.start();

    rig.assertExactWithoutNewBaseline();
    assertThat(rig.captured().changes()).hasSize(5000);
  }

  /**
   * <a href="https://github.com/debezium/dbz/issues/2549">dbz#2549</a>: a key that changes is a
   * delete and a create, which two batches may share out.
   */
  @Test
  void shouldLoseNothingOfKeyChangesAndDeletesWhenKilledBetweenThem() {
    rig.tables.execute(insert(1, 1_000));
    ChildProcess capture = rig.process(1);
    capture.start();
    rig.awaitQuiet();
    rig.tables.execute("truncate platform.ledger");

    int between = 0; // a quick capture may have read all of a round when its end comes
    for (int round = 0; between < 2 && round < 10; round++) {
      int before = rig.captured().changes().size();
      int from = round * 100;
      rig.tables.execute(
          "update platform.user_sessions set id = "
              + id("right(id::text, 12)::bigint + 10000")
              + " where right(id::text, 12)::bigint between "
              + (from + 1)
              + " and "
              + (from + 75));
      rig.tables.execute(
          "delete from platform.user_sessions where right(id::text, 12)::bigint between "
              + (from + 76)
              + " and "
              + (from + 100));
      await("its first changes")
          .atMost(CaptureRig.SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> rig.captured().changes().size() > before + 20);
      capture.kill();
      between += rig.captured().changes().size() < before + 175 ? 1 : 0;
      capture.start();
      rig.awaitQuiet();
    }

    assertThat(between).as("kills between changes").isEqualTo(2);
    rig.assertExactWithoutNewBaseline();
  }
}
