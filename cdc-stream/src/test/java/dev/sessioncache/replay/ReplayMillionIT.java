package dev.sessioncache.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.app.ReplayProcess;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.ProcessUsage;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A million entries into an empty Redis, as a process that knows of no Postgres; each key is looked
 * at. {@code mvn verify -Psoak -Dit.test=ReplayMillionIT}
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(900)
class ReplayMillionIT {

  private static final Logger log = LoggerFactory.getLogger(ReplayMillionIT.class);
  private static final int ENTRIES = Integer.getInteger("entries", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("rounds", 1);

  @Test
  void shouldFillAnEmptyRedis(Stack stack) throws Exception {
    EntriesTopic topic = new EntriesTopic(stack, "replay-million");
    topic.fill(ENTRIES);
    stack.postgres().stop();
    try (LocalRedis server = LocalRedis.start(RedisVersion.V6_2);
        ReplayedRedis redis = new ReplayedRedis(server.url())) {
      for (int round = 1; round <= ROUNDS; round++) {
        redis.commands().flushall();
        double redisBefore = redis.cpuSeconds();
        try (ChildProcess replay =
            ReplayProcess.of("replay-million", topic.settings(server.url()), "--quiet", "--json")) {
          long startNanos = System.nanoTime();
          replay.start();
          ProcessUsage usage = ProcessUsage.untilEnd(replay);
          double seconds = (System.nanoTime() - startNanos) / 1e9;
          assertThat(replay.exitCode()).as(replay.logTail()).isZero();
          String last = Files.readAllLines(replay.log()).stream().reduce("", (a, b) -> b);
          JsonNode report = new ObjectMapper().readTree(last);
          log.info(
              "million: {} s with the JVM's start, {} s of CPU, {} s that of Redis, at most {} MB: {}",
              Math.round(seconds * 10) / 10.0,
              usage.cpu().toMillis() / 1e3,
              Math.round(10 * (redis.cpuSeconds() - redisBefore)) / 10.0,
              usage.mostKilobytes() / 1024,
              report);
          assertThat(report.path("entries").asLong()).isEqualTo(ENTRIES + EntriesTopic.LANES);
        }
        redis.assertHolds(topic);
      }
    } finally {
      stack.postgres().start();
    }
  }
}
