package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.command.OperationException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private static final OperationException FOR_THE_OPERATOR = new OperationException("mend this");
  private static final SQLException OUTAGE = new SQLException("gone", "08006");

  private final CaptureProgress progress = new CaptureProgress(new SimpleMeterRegistry());
  private final Retries retries = new Retries(2, progress);

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
    retries.failed(OUTAGE);
    retries.failed(OUTAGE);

    assertThatThrownBy(() -> retries.failed(OUTAGE))
        .isInstanceOf(OperationException.class)
        .hasMessage("capture has failed 3 times in a row: SQLException 08006")
        .hasCause(OUTAGE);
  }

  @Test
  void shouldCountAnewWhenAReadingHasMovedOn() {
    retries.failed(OUTAGE);
    retries.failed(OUTAGE);
    retries.begin();
    start();
    batchOfPulses();

    assertThat(retries.failed(OUTAGE)).isBetween(Duration.ZERO, Duration.ofMillis(500));
    assertThat(progress.lastFailure()).isEqualTo("SQLException 08006");
  }

  @Test
  void shouldCountAnewWhenAStandbyHasStoodBy() {
    retries.failed(OUTAGE);
    retries.failed(OUTAGE);
    retries.begin();
    progress.standsBy();

    assertThat(retries.failed(OUTAGE)).isBetween(Duration.ZERO, Duration.ofMillis(500));
  }

  /** Two that fail in turn, each standing by in between, must end all the same. */
  @Test
  void shouldGoOnCountingWhenAStandbyFailsAfterItHasTakenOver() {
    retries.failed(OUTAGE);
    retries.failed(OUTAGE);
    retries.begin();
    progress.standsBy();
    start();

    assertThatThrownBy(() -> retries.failed(OUTAGE)).isInstanceOf(OperationException.class);
  }

  private void start() {
    progress.started(new Continuity.NewBaseline("first start", new Epoch(1, 1)), 1);
  }

  private void batchOfPulses() {
    progress.captured(0, true);
  }
}
