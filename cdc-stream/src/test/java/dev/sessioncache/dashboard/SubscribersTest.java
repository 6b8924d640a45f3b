package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those who listen do not wait for each other. */
@Timeout(300)
class SubscribersTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Subscribers subscribers = new Subscribers();

  @AfterEach
  void close() {
    subscribers.close();
  }

  /** One that takes what it is sent at once. */
  private static class Quick implements Subscriber.Client {

    final BlockingQueue<String> got = new LinkedBlockingQueue<>();
    volatile boolean gone;

    @Override
    public void send(Message message) {
      got.add(message.data());
    }

    @Override
    public boolean isGone() {
      return gone;
    }

    @Override
    public void close() {
      gone = true;
    }
  }

  /** One whose network takes nothing any more. */
  private static final class Stuck extends Quick {

    @Override
    public void send(Message message) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        gone = true; // as a connection that is broken off
      }
    }
  }

  @Test
  void shouldLetGoOfOneThatIsTooSlowAndGoOnWithTheOthers() {
    Quick quick = new Quick();
    Stuck stuck = new Stuck();
    subscribers.add(quick, List.of());
    subscribers.add(stuck, List.of());

    for (int i = 0; i < 20; i++) {
      String data = "m" + i;
      subscribers.send(new Message("now", data, "1"));
      await(data).atMost(SOON).until(() -> quick.got.contains(data));
    }

    await("it is let go").atMost(SOON).until(() -> stuck.gone);
    assertThat(subscribers.count()).isEqualTo(1);
  }

  @Test
  void shouldTellTheFirstMessagesInTheirOrder() {
    Quick quick = new Quick();

    subscribers.add(quick, List.of(new Message("past", "a", "1"), new Message("now", "b", "2")));

    await("both").atMost(SOON).until(() -> quick.got.size() == 2);
    assertThat(quick.got).containsExactly("a", "b");
  }

  @Test
  void shouldForgetOneThatHasGone() {
    Quick quick = new Quick();
    subscribers.add(quick, List.of());

    quick.gone = true;
    subscribers.send(new Message("now", "", "1"));

    assertThat(subscribers.count()).isZero();
  }
}
