package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that is away for longer than any of its clients waits by itself. */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(600)
class KafkaAwayIT {

  /** Kafka Streams gives a task up after 5 minutes, unless told otherwise. */
  private static final Duration AWAY = Duration.ofMinutes(6);

  private Stack stack;
  private Pipeline pipeline;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir) throws Exception {
    this.stack = stack;
    pipeline = new Pipeline(stack, "kafka_away", stateDir);
    pipeline.set("capture.retry.limit", "1");
    pipeline.user("ada", "member");
    pipeline.session("first", "ada");
  }

  @AfterEach
  void closePipeline() throws Exception {
    stack.kafka().start();
    pipeline.close();
  }

  @Test
  void shouldGoOnInAllRolesWhenKafkaIsBack() {
    pipeline.start();
    pipeline.awaitCached("first");

    stack.kafka().kill();
    pipeline.session("second", "ada");
    await("it has been away for so long")
        .pollDelay(AWAY)
        .atMost(AWAY.plus(Pipeline.SOON))
        .until(() -> true);
    assertThat(pipeline.running()).isNotDone();
    stack.kafka().start();

    pipeline.awaitCached("second"); // fails with what ended the app, if something has
    pipeline.awaitAsInPostgres();
  }
}
