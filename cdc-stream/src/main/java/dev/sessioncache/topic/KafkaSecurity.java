package dev.sessioncache.topic;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** How the brokers are told from others, and how we show who we are. */
@Section(
    value = "Kafka security",
    description =
        "How brokers are spoken to: the same for all clients of a program. See [security.md](security.md).")
public record KafkaSecurity(
    @Setting(
            name = "kafka.security.protocol",
            defaultValue = "PLAINTEXT",
            rule = "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
            description =
                "With SSL in its name for TLS, with SASL to log in by name and password. Certificate"
                    + " and host name of a broker are always verified.")
        KafkaProtocol protocol,
    @Setting(
            name = "kafka.sasl.mechanism",
            defaultValue = "SCRAM-SHA-512",
            rule = "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
            description = "How we log in, with SASL.")
        String mechanism,
    @Setting(name = "kafka.username", defaultValue = "", description = "Our name, with SASL.")
        Optional<String> username,
    @Setting(
            name = "kafka.password",
            defaultValue = "",
            secret = true,
            description = "Our password, with SASL.")
        Optional<String> password,
    @Setting(
            name = "kafka.ca",
            defaultValue = "",
            description =
                "File with the certificates (PEM) of the authorities that may sign those of the"
                    + " brokers, with TLS. Unset, those that the JVM trusts.")
        Optional<Path> ca,
    @Setting(
            name = "kafka.certificate",
            defaultValue = "",
            description =
                "File with our certificate (PEM), and those between it and its authority, for brokers"
                    + " that ask for one.")
        Optional<Path> certificate,
    @Setting(
            name = "kafka.key",
            defaultValue = "",
            description =
                "File with the private key of kafka.certificate (PEM, PKCS #8, no password).")
        Optional<Path> key) {

  private static final Set<String> MECHANISMS = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

  /** No TLS, no login. */
  public static final KafkaSecurity NONE =
      new KafkaSecurity(
          new KafkaProtocol(SecurityProtocol.PLAINTEXT),
          "SCRAM-SHA-512",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public KafkaSecurity {
    require(
        MECHANISMS.contains(mechanism),
        "kafka.sasl.mechanism must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512");
    require(
        username.isPresent() == password.isPresent(),
        "kafka.username and kafka.password need each other");
    require(
        certificate.isPresent() == key.isPresent(),
        "kafka.certificate and kafka.key need each other");
    require(
        protocol.isSasl() == username.isPresent(),
        protocol.isSasl()
            ? protocol + " needs kafka.username and kafka.password"
            : "kafka.username says to log in, which kafka.security.protocol "
                + protocol
                + " does not: say SASL_SSL");
    require(
        protocol.isTls() || (ca.isEmpty() && certificate.isEmpty()),
        "kafka.ca and kafka.certificate are for TLS, which kafka.security.protocol "
            + protocol
            + " is not: say "
            + (protocol.isSasl() ? "SASL_SSL" : "SSL"));
  }

  private static void require(boolean met, String rule) {
    if (!met) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "KafkaSecurity[" + protocol + username.map(name -> ", " + name).orElse("") + "]";
  }
}
