package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Postgres, Kafka and Redis as they are run where others can reach them: all three speak TLS with
 * one certificate, which is for {@code localhost} and has signed itself, and want to know who is
 * there. Child processes, even where the {@link Stack} comes from containers; data is thrown away.
 * Owned by the one who started it.
 */
public final class SecureStack implements AutoCloseable {

  /** The one user that logs into Kafka by PLAIN; those of SCRAM are made by the test. */
  public static final String PLAIN_USER = BrokerSecurity.PLAIN_USER;

  public static final String PLAIN_PASSWORD = BrokerSecurity.PLAIN_PASSWORD;

  private final StackDirectory directory;
  private final Certificate certificate;
  private final PostgresAddress postgres;
  private final BrokerSecurity broker;
  private final int kafkaPort;
  private final int redisPort;
  private final int redisTlsPort;
  private final List<LocalServer> servers;

  private SecureStack(StackDirectory directory) {
    this.directory = directory;
    this.certificate = Certificate.make(directory.path("."), "localhost");
    Ports ports = new Ports(directory.path("ports"));
    PostgresProgram postgresProgram =
        new PostgresProgram(directory, ports.port("postgres"), Optional.of(certificate));
    this.postgres = postgresProgram.address();
    this.kafkaPort = ports.port("kafka");
    this.broker =
        new BrokerSecurity(certificate, ports.port("kafka-login"), ports.port("kafka-certificate"));
    this.redisPort = ports.port("redis");
    this.redisTlsPort = ports.port("redis-tls");
    this.servers =
        List.of(
            new LocalServer(
                new KafkaProgram(
                    directory, kafkaPort, ports.port("controller"), Optional.of(broker), false),
                directory),
            new LocalServer(postgresProgram, directory),
            new LocalServer(
                new RedisProgram(
                    directory,
                    "redis",
                    redisPort,
                    RedisVersion.V6_2,
                    certificate.redisOptions(redisTlsPort)),
                directory));
  }

  /**
   * Starts all three at the same time and returns when they answer.
   *
   * @throws StackException when one does not come up; nothing is left running
   */
  public static SecureStack start() {
    StackDirectory directory = StackDirectory.open(StackOptions.temporary());
    SecureStack stack;
    try {
      stack = new SecureStack(directory);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
    try {
      CompletableFuture.allOf(
              stack.servers.stream()
                  .map(server -> CompletableFuture.runAsync(server::start))
                  .toArray(CompletableFuture[]::new))
          .join();
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw new StackException("the stack did not start", e);
    }
  }

  /** The certificate of all servers, PEM; Kafka lets in who shows it. */
  public Path certificate() {
    return certificate.certificate();
  }

  /** Its private key, PEM. */
  public Path key() {
    return certificate.key();
  }

  /** Another certificate for {@code localhost}, with which no server has to do. */
  public Path foreignCertificate() {
    Path other = directory.path("foreign");
    if (!other.toFile().mkdir()) {
      return other.resolve("certificate.pem");
    }
    return Certificate.make(other, "localhost").certificate();
  }

  /** An empty database, as the superuser; see {@link Stack#createDatabase}. */
  public String createDatabase(String name) {
    return new Databases(postgres).create(name);
  }

  /** {@code localhost} and the port of Postgres. */
  public String postgresServer() {
    return "localhost:" + postgres.port();
  }

  /** Where clients of Kafka log in. */
  public String kafkaLogin() {
    return "localhost:" + broker.loginPort();
  }

  /** Where clients of Kafka show a certificate. */
  public String kafkaByCertificate() {
    return "localhost:" + broker.certificatePort();
  }

  /** Without TLS and login: there everything is allowed, for a test to make users and rights. */
  public String kafkaAdmin() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** {@code localhost} and the TLS port of Redis. */
  public String redisServer() {
    return "localhost:" + redisTlsPort;
  }

  /** Without TLS and login, for a test to make users. */
  public String redisAdminUrl() {
    return "redis://127.0.0.1:" + redisPort;
  }

  @Override
  public void close() {
    try (directory) {
      servers.forEach(server -> server.close(false));
    }
  }
}
