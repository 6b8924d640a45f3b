package dev.sessioncache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SilenceHandlerTest {

  private final EmbeddedChannel channel =
      new EmbeddedChannel(new SilenceHandler(Duration.ofSeconds(5)));

  @BeforeEach
  void stopClock() {
    channel.freezeTime();
  }

  @AfterEach
  void closeChannel() {
    channel.close();
  }

  @Test
  void shouldCloseWhenNothingComesBack() {
    channel.writeOutbound("request");
    pass(4_999);
    assertThat(channel.isOpen()).isTrue();

    pass(1);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void shouldCountFromTheFirstRequestWhenMoreFollow() {
    channel.writeOutbound("request");
    pass(4_000);
    channel.writeOutbound("another");

    pass(1_000);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void shouldStayOpenWhenAnAnswerComesInTime() {
    channel.writeOutbound("request");
    pass(4_000);
    channel.writeInbound("answer");

    pass(60_000);

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void shouldCountAnewWhenARequestFollowsAnAnswer() {
    channel.writeOutbound("request");
    channel.writeInbound("answer");
    channel.writeOutbound("request");

    pass(5_000);

    assertThat(channel.isOpen()).isFalse();
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }
}
