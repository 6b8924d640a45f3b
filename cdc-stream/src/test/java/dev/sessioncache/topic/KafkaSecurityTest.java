package dev.sessioncache.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSecurityTest {

  private final Path directory;

  KafkaSecurityTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void shouldLogInWhenUserAndPasswordAreGiven() {
    Map<String, Object> properties =
        properties(
            "kafka.security.protocol=sasl_plaintext", "kafka.username=u", "kafka.password=a\"b\\c");

    assertThat(properties)
        .containsEntry(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SASL_PLAINTEXT")
        .containsEntry(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-512")
        .containsEntry(
            SaslConfigs.SASL_JAAS_CONFIG,
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"u\" password=\"a\\\"b\\\\c\";");
  }

  @Test
  void shouldHideThePasswordWhenItIsDescribed() {
    Configuration loaded =
        load("kafka.security.protocol=SASL_SSL", "kafka.username=u", "kafka.password=hidden");

    assertThat(loaded.describe()).contains("kafka.password = ***").doesNotContain("hidden");
    assertThat(loaded.get(KafkaSecurity.class).toString()).doesNotContain("hidden");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.security.protocol=TLS | must be one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL",
        "kafka.sasl.mechanism=GSSAPI | kafka.sasl.mechanism must be PLAIN, SCRAM-SHA-256 or",
        "kafka.security.protocol=SASL_SSL | SASL_SSL needs kafka.username and kafka.password",
        "kafka.username=u | kafka.username and kafka.password need each other",
        "kafka.username=u kafka.password=hidden | which kafka.security.protocol PLAINTEXT does not",
        "kafka.ca=/x | are for TLS, which kafka.security.protocol PLAINTEXT is not: say SSL",
        "kafka.security.protocol=SSL kafka.key=/x | kafka.certificate and kafka.key need each other"
      })
  void shouldRefuseTheStartWhenSettingsDoNotFit(String settings, String words) {
    assertThatThrownBy(() -> load(settings.split(" ")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("hidden");
  }

  @Test
  void shouldNameTheFileWhenItIsNoneOfPem() throws IOException {
    Path file = Files.writeString(directory.resolve("ca"), "hidden");

    assertThatThrownBy(() -> properties("kafka.security.protocol=SSL", "kafka.ca=" + file))
        .isInstanceOf(OperationException.class)
        .hasMessage(file + " holds no certificate in PEM (kafka.ca)");
    assertThatThrownBy(() -> properties("kafka.security.protocol=SSL", "kafka.ca=/missing"))
        .isInstanceOf(OperationException.class)
        .hasMessage("cannot read /missing (kafka.ca)");
    assertThatThrownBy(() -> PemFile.key(file, "kafka.key"))
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("openssl pkcs8")
        .hasMessageNotContaining("hidden");
  }

  private static Map<String, Object> properties(String... settings) {
    Configuration loaded = load(settings);
    return KafkaConnection.properties(
        loaded.get(KafkaSettings.class), loaded.get(KafkaSecurity.class));
  }

  private static Configuration load(String... settings) {
    Map<String, String> flags = new HashMap<>(Map.of("kafka.bootstrap.servers", "none:1"));
    Stream.of(settings)
        .map(setting -> setting.split("=", 2))
        .forEach(setting -> flags.put(setting[0], setting[1]));
    return Configuration.load(
        new Sources(null, Map.of(), flags),
        List.of(KafkaSettings.class, KafkaSecurity.class),
        List.of());
  }
}
