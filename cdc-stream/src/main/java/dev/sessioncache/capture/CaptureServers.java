package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.PostgresOutage;
import dev.sessioncache.topic.KafkaOutage;
import java.util.Optional;

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

  /** The one that is away for a while, by what has failed; empty when that is not the reason. */
  Optional<String> away(Throwable failure) {
    if (PostgresOutage.is(failure)) {
      return Optional.of(postgres());
    }
    return KafkaOutage.is(failure) ? Optional.of(kafka()) : Optional.empty();
  }
}
