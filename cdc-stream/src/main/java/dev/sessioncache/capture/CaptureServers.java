package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.PostgresOutage;
import dev.sessioncache.topic.KafkaOutage;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * The servers that capture needs, as the log calls them.
 *
 * @param brokers {@code host:port} of those of Kafka that are asked first
 */
record CaptureServers(DatabaseUrl database, String brokers) {

  String postgres() {
    return "Postgres at " + database.address();
  }

  String kafka() {
    return "Kafka at " + brokers;
  }

  /**
   * The one that seems to be away for a while, by what has failed; empty when that is not the
   * reason. What Kafka's clients throw is about Kafka, whatever the network says in its causes.
   */
  Optional<String> blamed(Throwable failure) {
    boolean ofKafka =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
            .anyMatch(KafkaException.class::isInstance);
    if (!ofKafka && PostgresOutage.is(failure)) {
      return Optional.of(postgres());
    }
    return KafkaOutage.is(failure) ? Optional.of(kafka()) : Optional.empty();
  }
}
