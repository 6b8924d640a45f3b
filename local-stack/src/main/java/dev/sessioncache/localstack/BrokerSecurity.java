package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Two listeners of a broker beside the one without TLS: at one clients log in by name and password,
 * at the other they show a certificate that the broker knows. Nobody may do anything there that was
 * not allowed to him; without TLS, which is for the test alone, everything is allowed.
 *
 * @param certificate of the broker, and of the clients that it lets in
 * @param loginPort of SASL_SSL: SCRAM-SHA-256, SCRAM-SHA-512, PLAIN
 * @param certificatePort of SSL
 */
record BrokerSecurity(Certificate certificate, int loginPort, int certificatePort) {

  /** The one user of PLAIN; those of SCRAM are made by the test. */
  static final String PLAIN_USER = "plain";

  static final String PLAIN_PASSWORD = "plain-password";

  private static final String LOGIN = "SASL_SSL://localhost:";
  private static final String BY_CERTIFICATE = "SSL://localhost:";
  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required;";

  void addTo(Properties settings) {
    String further = "," + LOGIN + loginPort + "," + BY_CERTIFICATE + certificatePort;
    settings.merge("listeners", further, (old, more) -> old.toString() + more);
    settings.merge("advertised.listeners", further, (old, more) -> old.toString() + more);
    settings.merge(
        "listener.security.protocol.map",
        ",SASL_SSL:SASL_SSL,SSL:SSL",
        (old, more) -> old.toString() + more);
    settings.setProperty("ssl.keystore.type", "PEM");
    settings.setProperty("ssl.keystore.certificate.chain", text(certificate.certificate()));
    settings.setProperty("ssl.keystore.key", text(certificate.key()));
    settings.setProperty("ssl.truststore.type", "PEM");
    settings.setProperty("ssl.truststore.certificates", text(certificate.certificate()));
    settings.setProperty("listener.name.ssl.ssl.client.auth", "required");
    settings.setProperty("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
    String jaas = "listener.name.sasl_ssl.%s.sasl.jaas.config";
    settings.setProperty(jaas.formatted("scram-sha-256"), SCRAM);
    settings.setProperty(jaas.formatted("scram-sha-512"), SCRAM);
    settings.setProperty(
        jaas.formatted("plain"),
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
            .formatted(PLAIN_USER, PLAIN_PASSWORD));
    settings.setProperty(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.setProperty("super.users", "User:ANONYMOUS");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StackException("cannot read " + file, e);
    }
  }
}
