package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A {@link Stack} of Docker containers, for those who want the servers' official images. Owned by
 * the one who started it. Testcontainers removes the containers when this JVM dies.
 */
final class ContainerStack implements Stack {

  private static final String POSTGRES_IMAGE = "postgres:17";
  private static final String KAFKA_IMAGE = "apache/kafka:4.3.1";
  private static final String REDIS_IMAGE = "redis:7";
  private static final int POSTGRES_PORT = 5432;
  private static final int KAFKA_PORT = 9092;
  private static final int REDIS_PORT = 6379;

  private final Path directory;
  private final String host = DockerClientFactory.instance().dockerHostIpAddress();
  private final PostgresAddress postgresAddress;
  private final int kafkaPort;
  private final int redisPort;
  private final ContainerServer postgres;
  private final ContainerServer kafka;
  private final ContainerServer redis;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ContainerStack(Path directory) {
    this.directory = directory;
    Ports ports = new Ports(directory.resolve("ports"));
    this.postgresAddress =
        new PostgresAddress(host, ports.port("postgres"), "postgres", "postgres");
    this.kafkaPort = ports.port("kafka");
    this.redisPort = ports.port("redis");
    this.postgres =
        new ContainerServer(
            "postgres",
            bound(newPostgres(), postgresAddress.port(), POSTGRES_PORT),
            () -> Readiness.postgres(postgresAddress),
            directory);
    this.kafka =
        new ContainerServer(
            "kafka",
            bound(newKafka(), kafkaPort, KAFKA_PORT),
            () -> Readiness.kafka(host, kafkaPort),
            directory);
    this.redis =
        new ContainerServer(
            "redis",
            bound(new GenericContainer<>(REDIS_IMAGE), redisPort, REDIS_PORT),
            () -> Readiness.redis(host, redisPort),
            directory);
  }

  /**
   * @throws StackException when no Docker engine answers or a server does not come up
   */
  static ContainerStack start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new StackException(
          "-Dstack=containers needs a Docker engine, and none answers: start it or set DOCKER_HOST,"
              + " or leave -Dstack away to run the servers as child processes");
    }
    ContainerStack stack = new ContainerStack(newDirectory());
    try {
      CompletableFuture.allOf(
              stack.servers().stream()
                  .map(server -> CompletableFuture.runAsync(server::start))
                  .toArray(CompletableFuture[]::new))
          .join();
      return stack;
    } catch (CompletionException e) {
      stack.close();
      throw new StackException("the containers did not start: " + e.getMessage(), e);
    }
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("session-cache-containers-");
    } catch (IOException e) {
      throw new StackException("cannot make a directory for the logs", e);
    }
  }

  private static GenericContainer<?> newPostgres() {
    return new PostgreSQLContainer(POSTGRES_IMAGE)
        .withUsername("postgres")
        .withPassword("postgres")
        .withDatabaseName(PostgresAddress.MAINTENANCE_DATABASE)
        .withCommand(
            "postgres",
            "-c",
            "wal_level=logical",
            "-c",
            "max_replication_slots=32",
            "-c",
            "max_wal_senders=32",
            "-c",
            "max_connections=200");
  }

  private static GenericContainer<?> newKafka() {
    return new KafkaContainer(KAFKA_IMAGE)
        .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
        .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
        .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
  }

  private static GenericContainer<?> bound(GenericContainer<?> container, int host, int inside) {
    container.addExposedPort(inside);
    container.setPortBindings(List.of(host + ":" + inside));
    return container;
  }

  private List<ContainerServer> servers() {
    return List.of(kafka, redis, postgres);
  }

  @Override
  public String databaseUrl() {
    return postgresAddress.url(PostgresAddress.MAINTENANCE_DATABASE);
  }

  @Override
  public String createDatabase(String name) {
    return new Databases(postgresAddress).create(name);
  }

  @Override
  public String redisUrl() {
    return "redis://" + host + ":" + redisPort;
  }

  @Override
  public String kafkaBootstrapServers() {
    return host + ":" + kafkaPort;
  }

  @Override
  public Server postgres() {
    return postgres;
  }

  @Override
  public Server kafka() {
    return kafka;
  }

  @Override
  public Server redis() {
    return redis;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      servers().forEach(ContainerServer::close);
      try {
        FileTree.delete(directory);
      } catch (IOException e) {
        throw new StackException("cannot delete " + directory, e);
      }
    }
  }
}
