package dev.sessioncache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** TLS to a real Redis: its certificate and its name are verified. */
class RedisTlsIT {

  private static LocalRedis redis;
  private static LocalRedis foreign;

  @BeforeAll
  static void start() {
    redis = LocalRedis.startWithTls(RedisVersion.V6_2, "localhost");
    foreign = LocalRedis.startWithTls(RedisVersion.V6_2, "redis.example.org");
  }

  @AfterAll
  static void stop() {
    redis.close();
    foreign.close();
  }

  @Test
  void shouldWriteWhenTheAuthorityIsTrusted() {
    try (RedisConnections connections =
        connections(redis.tlsUrl(), Optional.of(redis.certificate()))) {
      RedisConnection connection = connections.open();

      assertThat(connection.sync().set("key".getBytes(UTF_8), "value".getBytes(UTF_8)))
          .isEqualTo("OK");
    }
  }

  @Test
  void shouldRefuseAnAuthorityThatNobodyTrusts() {
    shouldRefuse(redis.tlsUrl(), Optional.empty());
    shouldRefuse(redis.tlsUrl(), Optional.of(foreign.certificate()));
  }

  @Test
  void shouldRefuseTheCertificateOfAnotherHost() {
    shouldRefuse(foreign.tlsUrl(), Optional.of(foreign.certificate()));
  }

  @Test
  void shouldSayWhenTheAuthorityCannotBeRead() {
    assertThatThrownBy(() -> connections(redis.tlsUrl(), Optional.of(Path.of("absent.pem"))))
        .isInstanceOf(OperationException.class)
        .hasMessage("cannot read absent.pem (redis.ca)");
  }

  private static void shouldRefuse(String url, Optional<Path> authority) {
    try (RedisConnections connections = connections(url, authority)) {
      assertThatThrownBy(connections::open)
          .isInstanceOf(OperationException.class)
          .hasMessageContaining("has no certificate that we trust")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
  }

  private static RedisConnections connections(String url, Optional<Path> authority) {
    return new RedisConnections(new RedisSettings(RedisUrl.parse(url), authority), "tls-it");
  }
}
