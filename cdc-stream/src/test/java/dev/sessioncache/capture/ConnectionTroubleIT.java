package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Fault;
import dev.sessioncache.localstack.FaultProxy;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections to Postgres that end, hang or are refused cost no change. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ConnectionTroubleIT {

  private static final Duration DETECTED = Duration.ofSeconds(60);

  private CaptureRig rig;

  @BeforeEach
  void makeRig(Stack stack, TestInfo test) throws Exception {
    rig =
        new CaptureRig(
            stack, "connection_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000));
  }

  @AfterEach
  void closeRig() throws Exception {
    rig.close();
  }

  @Test
  void shouldReadOnWhenPostgresEndsItsConnectionsAgainAndAgain() throws Exception {
    RunningCapture capture = rig.start();
    rig.awaitQuiet();

    for (int round = 0; round < 5; round++) {
      rig.tables.execute(insert(round * 100 + 1, round * 100 + 100));
      assertThat(rig.terminateReaders()).as("connections ended").isPositive();
      rig.tables.execute("update platform.user_sessions set request_count = request_count + 1");
      rig.awaitQuiet();
    }

    rig.assertExactWithoutNewBaseline();
    assertThat(capture.ended()).isNotDone();
  }

  @Test
  void shouldTakePostgresForAwayWhenItDoesNotAnswerANewConnection() {
    try (FaultProxy proxy = new FaultProxy(rig.url.host(), rig.url.port())) {
      PostgresProbe probe = new PostgresProbe(through(proxy));
      assertThat(probe.isAway()).isFalse();

      proxy.set(Fault.reset());
      assertThat(probe.isAway()).isTrue();

      proxy.set(Fault.blackhole());
      long begin = System.nanoTime();
      assertThat(probe.isAway()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }
  }

  /** As of a proxy that cuts them, or of a Postgres that has no room for them. */
  @Test
  void shouldEndWhenPostgresIsThereAndEachConnectionThatReadsTheSlotIsCut() throws Exception {
    rig.retryLimit = 2;
    try (FaultProxy proxy = new FaultProxy(rig.url.host(), rig.url.port())) {
      proxy.set(Fault.reset(), CaptureRig.READS_A_SLOT);
      RunningCapture capture = rig.start(through(proxy), rig.producer(), 2048);

      await("it ends").atMost(DETECTED).until(() -> capture.ended().isDone());

      assertThat(capture.ended())
          .isCompletedExceptionally()
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(OperationException.class)
          .withMessageContaining("capture has failed 3 times in a row");
      assertThat(proxy.count(Fault.Kind.RESET)).isPositive();
      assertThat(rig.captured().baselines()).as("baselines announced").hasSizeLessThan(4);
    }
  }

  /**
   * Changes arrive, but Postgres does not hear what is confirmed and keeps its log for ever. There
   * is always a batch under way, as under load.
   */
  @Test
  void shouldReadAnewWhenPostgresHearsNoConfirmation() throws Exception {
    try (FaultProxy proxy = new FaultProxy(rig.url.host(), rig.url.port())) {
      rig.sessionTimeout = Duration.ofMinutes(1); // else Postgres ends the connection
      Producer<String, byte[]> slow =
          new SlowProducer(rig.producer(), rig.lanes.captureTopic(), Duration.ofMillis(300));
      RunningCapture capture = rig.start(through(proxy), slow, 2048);
      rig.awaitQuiet();
      proxy.set(Fault.toServerHeld(), CaptureRig.READS_A_SLOT);
      rig.tables.execute(insert(1, 100));

      await("noticed")
          .atMost(DETECTED)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                rig.tables.execute("update platform.user_sessions set request_count = 1");
                return capture.progress.lastFailure().contains("not heard what we confirm");
              });
      assertThat(proxy.count(Fault.Kind.TO_SERVER_HELD)).isPositive();
      proxy.set(Fault.none());

      rig.assertExactWithoutNewBaseline();
    }
  }

  /** Postgres is told of its last commit, which stands still meanwhile. */
  @Test
  void shouldReadOnThroughATransactionThatTakesLongerThanTheBound() throws Exception {
    RunningCapture before = rig.start();
    rig.awaitQuiet();
    before.stop();
    rig.tables.execute(SourceTables.COPY_5000);
    Producer<String, byte[]> slow =
        new SlowProducer(rig.producer(), rig.lanes.captureTopic(), Duration.ofMillis(300));

    RunningCapture capture = rig.start(rig.url, slow, 150);

    rig.assertExactWithoutNewBaseline();
    assertThat(capture.timesFailed()).isZero();
    assertThat(rig.captured().duplicates()).isZero();
  }

  @Test
  @Tag("soak")
  void shouldReadAnewWhenNothingComesBackFromPostgres() throws Exception {
    try (FaultProxy proxy = new FaultProxy(rig.url.host(), rig.url.port())) {
      RunningCapture capture = rig.start(through(proxy), rig.producer(), 2048);
      rig.awaitQuiet();
      proxy.set(Fault.toClientHeld(), CaptureRig.READS_A_SLOT);
      rig.tables.execute(insert(1, 100));

      await("noticed")
          .atMost(DETECTED)
          .until(() -> capture.progress.lastFailure().contains("no pulse has come back"));
      assertThat(proxy.count(Fault.Kind.TO_CLIENT_HELD)).isPositive();
      proxy.set(Fault.none());

      rig.assertExactWithoutNewBaseline();
    }
  }

  @Test
  void shouldSayWhatIsMissingAndGoOnWhenTheRightToReplicateIsTakenAway() throws Exception {
    String role = rig.name + "_role";
    rig.tables.execute(
        "create publication session_cache_warmer for table platform.user_sessions, platform.users;"
            + " create role "
            + role
            + " login replication password 'canary'; grant usage on schema platform to "
            + role
            + "; grant select on all tables in schema platform to "
            + role);
    DatabaseUrl asRole =
        new DatabaseUrl(
            rig.url.host(),
            rig.url.port(),
            rig.url.database(),
            Optional.of(role),
            Optional.of("canary"),
            rig.url.parameters());
    RunningCapture capture = rig.start(asRole, rig.producer(), 2048);
    rig.awaitQuiet();

    rig.tables.execute("alter role " + role + " noreplication");
    rig.tables.execute(insert(1, 100));
    rig.awaitQuiet(); // the open connection keeps its right
    rig.terminateReaders();
    await("noticed")
        .atMost(DETECTED)
        .until(() -> capture.progress.lastFailure().contains("may not replicate"));
    rig.tables.execute(insert(101, 200));
    rig.tables.execute("alter role " + role + " replication");

    rig.assertExactWithoutNewBaseline();
  }

  private DatabaseUrl through(FaultProxy proxy) {
    return new DatabaseUrl(
        proxy.host(),
        proxy.port(),
        rig.url.database(),
        rig.url.user(),
        rig.url.password(),
        rig.url.parameters());
  }
}
