package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.Lanes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Records that can't be used, in the topics of a running app: uncached, set aside, not logged. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class DeadLettersIT {

  private static final String CANARY = "canary-token-5417";
  private static final int HUGE_BYTES = 20 * 1000 * 1000;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private Stack stack;
  private Pipeline pipeline;

  @BeforeEach
  void start(Stack stack, @TempDir Path stateDir) throws Exception {
    this.stack = stack;
    pipeline = new Pipeline(stack, "dead_letters", stateDir);
    pipeline.set("kafka.session.timeout", "30s"); // whoever loses a lane counts its letters twice
    logged.start();
    root().addAppender(logged);
    pipeline.user("ada", "admin");
    pipeline.session(CANARY, "ada");
    pipeline.session("other", "ada");
    pipeline.start();
    pipeline.awaitCached(CANARY);
    pipeline.awaitCached("other");
  }

  @AfterEach
  void stop() throws Exception {
    root().detachAppender(logged);
    pipeline.close();
  }

  @Test
  void shouldUncacheTheSessionAndGoOnWhenARecordCantBeUsed() throws Exception {
    byte[] huge = new byte[HUGE_BYTES];
    Arrays.fill(huge, (byte) 'x');
    byte[] canary = ("{\"token\":\"" + CANARY + "\"").getBytes(UTF_8);
    System.arraycopy(canary, 0, huge, 0, canary.length);
    String row = "user_sessions/" + Pipeline.uuid(CANARY);
    allowHugeRecords();

    produce("changes", row, huge);
    pipeline.awaitGone(CANARY);
    heal(1);

    produce("changes", row, canary);
    pipeline.awaitGone(CANARY);
    heal(2);

    produce("entries", pipeline.name + ":session:" + CANARY, huge);
    pipeline.awaitGone(CANARY);
    heal(3);

    produce("changes", CANARY, canary);
    produce("entries", CANARY, canary);
    awaitDeadLetters("project", 3);
    awaitDeadLetters("apply", 2);
    assertThat(pipeline.cached(CANARY)).isPresent();
    assertThat(pipeline.cached("other")).isPresent();
    assertThat(new ArrayList<>(logged.list))
        .isNotEmpty()
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains(CANARY));
  }

  private void heal(int number) {
    pipeline.execute("update platform.user_sessions set request_count = " + number);
    await("healed")
        .atMost(Pipeline.SOON)
        .until(
            () ->
                pipeline
                    .cached(CANARY)
                    .map(document -> document.path("request_count").asInt())
                    .orElse(-1),
            now -> now == number);
  }

  private void awaitDeadLetters(String stage, int expected) {
    await("dead letters of " + stage)
        .atMost(Pipeline.SOON)
        .until(
            () ->
                pipeline
                    .status(stage)
                    .map(status -> status.path("dead_letters").asInt())
                    .orElse(-1),
            now -> now == expected);
  }

  private void allowHugeRecords() throws Exception {
    Collection<AlterConfigOp> limit =
        List.of(
            new AlterConfigOp(
                new ConfigEntry("max.message.bytes", Integer.toString(2 * HUGE_BYTES)),
                AlterConfigOp.OpType.SET));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrapServers()))) {
      admin
          .incrementalAlterConfigs(Map.of(topic("changes"), limit, topic("entries"), limit))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }

  private ConfigResource topic(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, pipeline.name + "." + topic);
  }

  private void produce(String topic, String key, byte[] value) throws Exception {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", stack.kafkaBootstrapServers(),
            "max.request.size", 2 * HUGE_BYTES,
            "buffer.memory", 4L * HUGE_BYTES);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      int lane = new Lanes(2).of(Pipeline.uuid("ada"));
      producer
          .send(new ProducerRecord<>(pipeline.name + "." + topic, lane, key.getBytes(UTF_8), value))
          .get(20, TimeUnit.SECONDS);
    }
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
