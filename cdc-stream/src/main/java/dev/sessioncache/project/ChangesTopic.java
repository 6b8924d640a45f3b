package dev.sessioncache.project;

import dev.sessioncache.command.OperationException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Asks Kafka whether the topic {@code changes} is still the one that project began with, each time
 * with a client of its own, so that host names are resolved anew.
 */
class ChangesTopic {

  private static final int ANSWER_MILLIS = 3_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Map<String, Object> properties;
  private final String name;
  private final Uuid known;

  /**
   * @param connection as {@link dev.sessioncache.topic.KafkaConnection} has it
   * @param known its id when project began
   */
  ChangesTopic(Map<String, Object> connection, String name, Uuid known) {
    this.properties = new HashMap<>(connection);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    this.name = name;
    this.known = known;
  }

  /**
   * Returns when Kafka has answered that it is.
   *
   * @throws OperationException when it was made anew
   * @throws KafkaException when no name of a broker resolves
   * @throws ExecutionException when Kafka does not answer within 3 s, or does not know it
   */
  void requireTheSame() throws InterruptedException, ExecutionException {
    Admin admin = Admin.create(properties);
    try {
      Uuid present =
          admin
              .describeTopics(List.of(name))
              .allTopicNames()
              .get()
              .values()
              .iterator()
              .next()
              .topicId();
      if (!present.equals(known)) {
        throw new OperationException(
            "topic " + name + " was made anew: project starts over with the process");
      }
    } finally {
      admin.close(CLOSE_TIMEOUT);
    }
  }
}
