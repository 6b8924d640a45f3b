package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** What every client of Kafka is told of where the brokers are and how they are spoken to. */
public final class KafkaConnection {

  private static final String PEM = "PEM";

  private KafkaConnection() {}

  /**
   * In Kafka's names. It logs passwords and keys among them as {@code [hidden]}.
   *
   * @throws OperationException when a file can't be used
   */
  public static Map<String, Object> properties(KafkaSettings settings, KafkaSecurity security) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers().value());
    properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, security.protocol().value().name);
    security
        .ca()
        .ifPresent(
            file -> {
              properties.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, PEM);
              properties.put(
                  SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
                  PemFile.certificates(file, "kafka.ca"));
            });
    security.certificate().ifPresent(file -> show(properties, security));
    security.username().ifPresent(name -> logIn(properties, security, name));
    return properties;
  }

  private static void show(Map<String, Object> properties, KafkaSecurity security) {
    properties.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, PEM);
    properties.put(
        SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
        PemFile.certificates(security.certificate().orElseThrow(), "kafka.certificate"));
    properties.put(
        SslConfigs.SSL_KEYSTORE_KEY_CONFIG, PemFile.key(security.key().orElseThrow(), "kafka.key"));
  }

  private static void logIn(Map<String, Object> properties, KafkaSecurity security, String name) {
    String module =
        security.mechanism().equals("PLAIN")
            ? PlainLoginModule.class.getName()
            : ScramLoginModule.class.getName();
    properties.put(SaslConfigs.SASL_MECHANISM, security.mechanism());
    properties.put(
        SaslConfigs.SASL_JAAS_CONFIG,
        module
            + " required username="
            + quoted(name)
            + " password="
            + quoted(security.password().orElse(""))
            + ";");
  }

  /** As JAAS reads it. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
