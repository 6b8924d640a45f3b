package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RunningPartsTest {

  @Test
  void shouldNameThePartThatHasFailedFirst() {
    try (RunningParts parts = new RunningParts()) {
      parts.start("steady", new Part(false));
      assertThat(parts.whyEnded()).isEmpty();
      parts.start("weak", new Part(true));

      assertThatThrownBy(parts::awaitEnd).isInstanceOf(ExecutionException.class);

      parts.stop();
      assertThat(parts.whyEnded()).contains("weak has failed");
    }
  }

  @Test
  void shouldSayThatItWasToldToStop() throws Exception {
    try (RunningParts parts = new RunningParts()) {
      parts.start("steady", new Part(false));

      parts.stop();
      parts.awaitEnd();

      assertThat(parts.whyEnded()).contains("told to stop");
    }
  }

  /** One that runs until closed, or fails at once. */
  private static final class Part implements Runnable, AutoCloseable {

    private final boolean fails;
    private final CountDownLatch closed = new CountDownLatch(1);

    Part(boolean fails) {
      this.fails = fails;
    }

    @Override
    public void run() {
      if (fails) {
        throw new IllegalStateException("weak");
      }
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
