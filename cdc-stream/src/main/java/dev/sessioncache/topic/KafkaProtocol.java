package dev.sessioncache.topic;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** How brokers are spoken to, by Kafka's own names. */
public record KafkaProtocol(SecurityProtocol value) {

  /**
   * @throws IllegalArgumentException with one line
   */
  public static KafkaProtocol parse(String text) {
    return Stream.of(SecurityProtocol.values())
        .filter(known -> known.name.equals(text.strip().toUpperCase(Locale.ROOT)))
        .findFirst()
        .map(KafkaProtocol::new)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Stream.of(SecurityProtocol.values())
                        .map(known -> known.name)
                        .collect(Collectors.joining(", ", "must be one of ", ""))));
  }

  /** Whether what is sent is encrypted, and the broker shows a certificate. */
  public boolean isTls() {
    return value == SecurityProtocol.SSL || value == SecurityProtocol.SASL_SSL;
  }

  /** Whether we log in with a name and a password. */
  public boolean isSasl() {
    return value == SecurityProtocol.SASL_PLAINTEXT || value == SecurityProtocol.SASL_SSL;
  }

  @Override
  public String toString() {
    return value.name;
  }
}
