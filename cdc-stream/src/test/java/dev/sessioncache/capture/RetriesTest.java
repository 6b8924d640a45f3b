package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.app.LoggedEvents;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.EOFException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private static final OperationException FOR_THE_OPERATOR = new OperationException("mend this");
  private static final SQLException REFUSAL = new SQLException("no", "42501");
  private static final OperationException OUTAGE =
      new OperationException(
          "Postgres does not answer", new SQLException("gone", "08006", new EOFException()));
  private static final KafkaException KAFKA_OUTAGE =
      new KafkaException("not acknowledged", new TimeoutException("late"));

  private final AtomicBoolean postgresIsAway = new AtomicBoolean(true);
  private final CaptureProgress progress = new CaptureProgress(new SimpleMeterRegistry());
  private final Retries retries =
      new Retries(
          2,
          new CaptureServers(DatabaseUrl.parse("postgres://app:secret@db/app"), "broker:9092"),
          postgresIsAway::get,
          progress);

  @BeforeEach
  void begin() {
    retries.begin();
  }

  @Test
  void shouldEndAtOnceWhenTheOperatorMustMendItBeforeAnythingStarts() {
    assertThatThrownBy(() -> retries.failed(FOR_THE_OPERATOR)).isSameAs(FOR_THE_OPERATOR);
  }

  @Test
  void shouldEndAtOnceWhenAnotherOneCapturesAndTheOperatorMustMendIt() {
    progress.waits("the slot is being read");

    assertThatThrownBy(() -> retries.failed(FOR_THE_OPERATOR)).isSameAs(FOR_THE_OPERATOR);
  }

  /** With no rows at all, a slot that is gone is a matter of the next reading. */
  @Test
  void shouldStartAgainWhenAnIdleReadingOfEmptyTablesFails() {
    start();
    batchOfPulses();

    assertThat(retries.failed(FOR_THE_OPERATOR)).isBetween(Duration.ZERO, Duration.ofMillis(500));
  }

  @Test
  void shouldStartAgainWhenAReadingFailsBeforeItsFirstBatch() {
    start();

    assertThat(retries.failed(FOR_THE_OPERATOR)).isBetween(Duration.ZERO, Duration.ofMillis(500));
  }

  @Test
  void shouldEndWhenTooManyFailInARow() {
    retries.failed(REFUSAL);
    retries.failed(REFUSAL);

    assertThatThrownBy(() -> retries.failed(REFUSAL))
        .isInstanceOf(OperationException.class)
        .hasMessage("capture has failed 3 times in a row: SQLException 42501")
        .hasCause(REFUSAL);
  }

  @Test
  void shouldCountAnewWhenAReadingHasMovedOn() {
    retries.failed(REFUSAL);
    retries.failed(REFUSAL);
    retries.begin();
    start();
    batchOfPulses();

    assertThat(retries.failed(REFUSAL)).isBetween(Duration.ZERO, Duration.ofMillis(500));
    assertThat(progress.lastFailure()).isEqualTo("SQLException 42501");
  }

  @Test
  void shouldCountAnewWhenAStandbyHasStoodBy() {
    retries.failed(REFUSAL);
    retries.failed(REFUSAL);
    retries.begin();
    progress.standsBy();

    assertThat(retries.failed(REFUSAL)).isBetween(Duration.ZERO, Duration.ofMillis(500));
  }

  /** Two that fail in turn, each standing by in between, must end all the same. */
  @Test
  void shouldGoOnCountingWhenAStandbyFailsAfterItHasTakenOver() {
    retries.failed(REFUSAL);
    retries.failed(REFUSAL);
    retries.begin();
    progress.standsBy();
    start();

    assertThatThrownBy(() -> retries.failed(REFUSAL)).isInstanceOf(OperationException.class);
  }

  @Test
  void shouldWaitForAServerForAsLongAsItTakes() {
    start();
    for (int attempt = 0; attempt < 1_000; attempt++) {
      assertThat(retries.failed(attempt % 2 == 0 ? OUTAGE : KAFKA_OUTAGE))
          .isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
  }

  @Test
  void shouldWaitWhenAServerGoesAwayBeforeAnythingStarts() {
    assertThat(retries.failed(OUTAGE)).isBetween(Duration.ZERO, Duration.ofMillis(500));
  }

  /** As when a proxy cuts each connection before the tables are read. */
  @Test
  void shouldEndWhenPostgresAnswersThoughItsConnectionsEnd() {
    postgresIsAway.set(false);
    start();
    retries.failed(OUTAGE);
    retries.failed(OUTAGE);

    assertThatThrownBy(() -> retries.failed(OUTAGE)).isSameAs(OUTAGE);
  }

  @Test
  void shouldStartAgainWhenItsFirstConnectionIsCut() {
    postgresIsAway.set(false);

    assertThat(retries.failed(OUTAGE)).isBetween(Duration.ZERO, Duration.ofMillis(500));
    assertThat(progress.whyNotReady()).contains("starting again");
  }

  @Test
  void shouldCountAnewWhenAReadingHasMovedOnBeforeItWasCut() {
    postgresIsAway.set(false);
    start();
    for (int restart = 0; restart < 10; restart++) {
      retries.begin();
      start();
      batchOfPulses();
      retries.failed(OUTAGE);
    }
  }

  @Test
  void shouldNotCountTheFailureAfterWhichPostgresIsBack() {
    start();
    for (int outage = 0; outage < 10; outage++) {
      postgresIsAway.set(true);
      retries.failed(OUTAGE);
      postgresIsAway.set(false);
      retries.failed(OUTAGE);
    }
  }

  @Test
  void shouldTellOfAnOutageAtFirstAndWhenItIsOver() {
    try (LoggedEvents events = new LoggedEvents()) {
      retries.failed(OUTAGE);
      retries.failed(OUTAGE);
      assertThat(events.text()).containsOnlyOnce("cause=");

      progress.standsBy();
      progress.standsBy();

      assertThat(events.text())
          .containsOnlyOnce("event=postgres_back server=\"Postgres at db:5432/app\" ms=");
    }
  }

  @Test
  void shouldCountOtherFailuresWhenAServerIsAwayInBetween() {
    start();
    retries.failed(REFUSAL);
    retries.failed(OUTAGE);
    retries.failed(REFUSAL);

    assertThatThrownBy(() -> retries.failed(REFUSAL)).isInstanceOf(OperationException.class);
  }

  @Test
  void shouldSayWhichServerItWaitsFor() {
    retries.failed(OUTAGE);
    assertThat(progress.whyNotReady()).contains("Postgres at db:5432/app is away");

    retries.failed(KAFKA_OUTAGE);
    assertThat(progress.whyNotReady()).contains("Kafka at broker:9092 is away");
  }

  private void start() {
    progress.started(new Continuity.NewBaseline("first start", new Epoch(1, 1)), 1);
  }

  private void batchOfPulses() {
    progress.captured(0, true);
  }
}
