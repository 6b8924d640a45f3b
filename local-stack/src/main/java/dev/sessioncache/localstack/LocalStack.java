package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@link Stack} of child processes, without Docker. Owned by the one who started it. The servers
 * listen on the loopback address only and die with this JVM, however it ends; only {@link #close()}
 * stops them in an orderly way.
 */
public final class LocalStack implements Stack {

  private final StackDirectory directory;
  private final PostgresAddress postgresAddress;
  private final int kafkaPort;
  private final int redisPort;
  private final LocalServer postgres;
  private final LocalServer kafka;
  private final LocalServer redis;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalStack(StackDirectory directory, boolean forLoad) {
    this.directory = directory;
    Ports ports = new Ports(directory.path("ports"));
    PostgresProgram postgresProgram = new PostgresProgram(directory, ports.port("postgres"));
    this.postgresAddress = postgresProgram.address();
    this.kafkaPort = ports.port("kafka");
    this.redisPort = ports.port("redis");
    KafkaProgram kafkaProgram =
        new KafkaProgram(directory, kafkaPort, ports.port("controller"), Optional.empty(), forLoad);
    this.postgres = new LocalServer(postgresProgram, directory);
    this.kafka = new LocalServer(kafkaProgram, directory);
    this.redis =
        new LocalServer(new RedisProgram(directory, redisPort, RedisVersion.V6_2), directory);
  }

  /**
   * Starts all three servers at the same time and returns when all of them answer.
   *
   * @throws StackException when another stack uses the directory or a server does not come up;
   *     nothing is left running
   */
  public static LocalStack start(StackOptions options) {
    AbandonedDirectories.delete(Path.of(System.getProperty("java.io.tmpdir")));
    StackDirectory directory = StackDirectory.open(options);
    LocalStack stack;
    try {
      stack = new LocalStack(directory, options.forLoad());
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
    try {
      stack.startServers();
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  PostgresAddress postgresAddress() {
    return postgresAddress;
  }

  Path postgresPassword() {
    return PostgresProgram.passwordFile(directory);
  }

  /** What Postgres keeps on disk. */
  Path postgresData() {
    return PostgresProgram.data(directory);
  }

  private void startServers() {
    List<LocalServer> servers = List.of(kafka, postgres, redis);
    ExecutorService threads = Executors.newFixedThreadPool(servers.size());
    try {
      CompletableFuture.allOf(
              servers.stream()
                  .map(server -> CompletableFuture.runAsync(server::start, threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StackException known
          ? known
          : new StackException("the stack did not start", e);
    } finally {
      threads.shutdown();
    }
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
    return "redis://127.0.0.1:" + redisPort;
  }

  @Override
  public String kafkaBootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
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

  /** In a kept directory an orderly stop; data that is thrown away needs none. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try (directory) {
        closeServers();
      }
    }
  }

  /** One after the other; one that resists does not spare the next. */
  private void closeServers() {
    List<StackException> failures = new ArrayList<>();
    for (LocalServer server : List.of(kafka, redis, postgres)) {
      try {
        server.close(directory.keep());
      } catch (StackException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      StackException first = failures.get(0);
      failures.subList(1, failures.size()).forEach(first::addSuppressed);
      throw first;
    }
  }
}
