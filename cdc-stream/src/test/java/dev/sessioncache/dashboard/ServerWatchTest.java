package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a server answers. */
@Timeout(300)
class ServerWatchTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final AtomicLong nanos = new AtomicLong();
  private volatile ServerWatch.Question<String> question = () -> "well";

  private ServerWatch<String> watch() {
    return new ServerWatch<>(
        "a", () -> question.ask(), Duration.ofMillis(20), Clock.systemUTC(), nanos::get);
  }

  @Test
  void shouldKnowSinceWhenItDoesNotAnswerUntilItDoes() {
    try (ServerWatch<String> watch = watch()) {
      await("an answer").atMost(SOON).until(() -> watch.answer().isPresent());
      assertThat(watch.silentSince()).isEmpty();

      question =
          () -> {
            throw new IOException("refused");
          };
      await("silence").atMost(SOON).until(() -> watch.silentSince().isPresent());
      assertThat(watch.answer()).hasValue("well"); // the last one stays known

      question = () -> "again";
      await("it is back").atMost(SOON).until(() -> watch.silentSince().isEmpty());
    }
  }

  @Test
  void shouldNoticeOneThatHangs() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    question =
        () -> {
          asked.countDown();
          new CountDownLatch(1).await();
          return "never";
        };
    try (ServerWatch<String> watch = watch()) {
      asked.await();
      nanos.addAndGet(Duration.ofSeconds(4).toNanos());
      assertThat(watch.silentSince()).isEmpty();

      nanos.incrementAndGet();
      assertThat(watch.silentSince()).isPresent();
    }
  }
}
