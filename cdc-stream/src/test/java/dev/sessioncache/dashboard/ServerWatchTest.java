package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a server answers. */
@Timeout(20)
class ServerWatchTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private volatile ServerWatch.Question<String> question = () -> "well";

  private ServerWatch<String> watch() {
    return new ServerWatch<>("a", () -> question.ask(), Duration.ofMillis(20), Clock.systemUTC());
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
  void shouldNoticeOneThatHangs() {
    question =
        () -> {
          new CountDownLatch(1).await();
          return "never";
        };
    try (ServerWatch<String> watch = watch()) {
      await("silence").atMost(SOON).until(() -> watch.silentSince().isPresent());
    }
  }
}
