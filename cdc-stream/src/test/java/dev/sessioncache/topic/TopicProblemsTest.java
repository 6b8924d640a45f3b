package dev.sessioncache.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TopicProblemsTest {

  private final TopicProblems problems = new TopicProblems(4);

  @Test
  void shouldWarnWhenOneReplicaStandsOnOneOfSeveralBrokers() {
    problems.advise("t", 1, 3, inSync("1"));

    assertThat(problems.warnings())
        .containsExactly(
            "topic t has one replica on 3 brokers: one that is lost stops the stream or loses"
                + " changes");
    assertThat(problems.problems()).isEmpty();
  }

  @Test
  void shouldWarnWhenOneOfThreeReplicasMayAcknowledgeAlone() {
    problems.advise("t", 3, 3, inSync("1"));

    assertThat(problems.warnings()).hasSize(1).first().asString().contains("set it to 2");
  }

  @Test
  void shouldBeContentWithOneBrokerAndWithTwoInSync() {
    problems.advise("t", 1, 1, inSync("1"));
    problems.advise("t", 3, 3, inSync("2"));

    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void shouldNameTopicsOfOneWrongNumberOnce() {
    problems.requireLanes("a", 8);
    problems.requireLanes("b", 4);
    problems.requireLanes("c", 8);

    assertThat(problems.problems())
        .containsExactly(
            "topic a and 1 more have 8 partitions but lanes is 4: set lanes to 8, or change the"
                + " topics with warmer lanes --change-to 4");
  }

  private static Config inSync(String value) {
    return new Config(List.of(new ConfigEntry("min.insync.replicas", value)));
  }
}
