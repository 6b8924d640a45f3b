package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.http.Readiness;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Of several instances that report, the active capture is the one that is seen. */
@ExtendWith(StackExtension.class)
class StatusReporterIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private RedisConnections redis;
  private CacheView view;
  private GuardSettings settings;

  @BeforeEach
  void connect(Stack stack) {
    redis = new RedisConnections(RedisUrl.parse(stack.redisUrl()), "status-test");
    view = new CacheView(stack.redisUrl(), "status_it");
    settings =
        Configuration.load(
                new Sources(null, Map.of(), Map.of("keys.prefix", "status_it:")),
                List.of(GuardSettings.class),
                List.of())
            .get(GuardSettings.class);
  }

  @AfterEach
  void disconnect() {
    view.close();
    redis.close();
  }

  @Test
  void shouldShowTheOneOfTheHighestTermWhicheverReportsLast() {
    try (StatusReporter standby = reporter("standby@a", 0);
        StatusReporter former = reporter("former@b", 7);
        StatusReporter active = reporter("active@c", 8)) {
      standby.start();
      await("none is active").atMost(SOON).until(() -> instance().equals("standby@a"));
      active.start();
      await("one is active").atMost(SOON).until(() -> instance().equals("active@c"));
      former.start();
      await("all have told of themselves")
          .atMost(SOON)
          .until(() -> view.read("status_it:status:instance:former@b").isPresent());

      await("it stays")
          .atMost(SOON)
          .during(Duration.ofMillis(1_500))
          .pollInterval(Duration.ofMillis(20))
          .untilAsserted(() -> assertThat(instance()).isEqualTo("active@c"));
    }
  }

  @Test
  void shouldMakeTheStatusOfAStageOnceForAllThatTellIt() {
    AtomicInteger made = new AtomicInteger();
    try (StatusReporter only = reporter("only@a", 1)) {
      only.add(
          "apply", () -> JsonNodeFactory.instance.objectNode().put("made", made.incrementAndGet()));
      only.start();

      await("the stage and the instance tell the same")
          .atMost(SOON)
          .until(
              () -> {
                int told =
                    view.read("status_it:status:apply").map(StatusReporterIT::made).orElse(0);
                return told > 0
                    && view.read("status_it:status:instance:only@a")
                        .map(all -> made(all.path("apply")) == told)
                        .orElse(false);
              });
      assertThat(view.redis().zrevrange("status_it:status", 0, -1)).contains("instance:only@a");
    }
  }

  private static int made(JsonNode of) {
    return of.path("made").asInt();
  }

  private StatusReporter reporter(String instance, long term) {
    StatusReporter reporter =
        new StatusReporter(
            redis.open(), settings, instance, Optional.empty(), new Readiness(), Clock.systemUTC());
    reporter.add("capture", () -> JsonNodeFactory.instance.objectNode().put("term", term));
    return reporter;
  }

  private String instance() {
    JsonNode record = view.read("status_it:status:capture").orElse(JSON.missingNode());
    return record.path("instance").asText();
  }
}
