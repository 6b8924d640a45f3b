package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What it does about a defect of its own. */
@Timeout(300)
class DashboardTest {

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger().addAppender(logged);
  }

  @AfterEach
  void stop() {
    logger().detachAppender(logged);
  }

  @Test
  void shouldWarnOfADefectOnceWhenItRepeats() {
    AtomicInteger looks = new AtomicInteger();
    try (Dashboard dashboard =
        new Dashboard(Scene.SETTINGS, new Scene(Clock.systemUTC())::own, Clock.systemUTC())) {
      dashboard.use(
          () -> {
            throw new IllegalStateException("look " + looks.incrementAndGet());
          });

      dashboard.start();

      await("a third look").atMost(Duration.ofSeconds(60)).until(() -> looks.get() >= 3);
    }
    assertThat(logged.list.stream().filter(event -> event.getLevel() == Level.WARN)).hasSize(1);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(Dashboard.class);
  }
}
