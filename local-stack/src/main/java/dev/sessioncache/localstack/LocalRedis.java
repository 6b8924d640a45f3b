package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A Redis of a chosen version, without Postgres and Kafka: a child process even where the {@link
 * Stack} comes from containers. Its data is thrown away. Owned by the one who started it.
 */
public final class LocalRedis implements AutoCloseable {

  private final StackDirectory directory;
  private final int port;
  private final int tlsPort;
  private final LocalServer server;

  /**
   * @param options of the command line, made from the TLS port
   */
  private LocalRedis(
      StackDirectory directory, RedisVersion version, IntFunction<List<String>> options) {
    this.directory = directory;
    Ports ports = new Ports(directory.path("ports"));
    this.port = ports.port("redis");
    this.tlsPort = ports.port("redis-tls");
    this.server =
        new LocalServer(
            new RedisProgram(directory, "redis", port, version, options.apply(tlsPort)), directory);
  }

  /**
   * Returns when it answers.
   *
   * @throws StackException when it does not come up, or its program is not on the class path
   */
  public static LocalRedis start(RedisVersion version) {
    return start(StackDirectory.open(StackOptions.temporary()), version, port -> List.of());
  }

  /**
   * The same; it has a port for TLS as well.
   *
   * @param host that its certificate is for
   */
  public static LocalRedis startWithTls(RedisVersion version, String host) {
    StackDirectory directory = StackDirectory.open(StackOptions.temporary());
    Certificate certificate = Certificate.make(directory.path("."), host);
    return start(directory, version, certificate::redisOptions);
  }

  private static LocalRedis start(
      StackDirectory directory, RedisVersion version, IntFunction<List<String>> options) {
    try {
      LocalRedis redis = new LocalRedis(directory, version, options);
      redis.server.start();
      return redis;
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** As {@code redis://host:port}. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** As {@code rediss://localhost:port}, of one that was started with TLS. */
  public String tlsUrl() {
    return "rediss://localhost:" + tlsPort;
  }

  /** The certificate of one that was started with TLS, PEM; it has signed itself. */
  public Path certificate() {
    return directory.path("certificate.pem");
  }

  public Server server() {
    return server;
  }

  @Override
  public void close() {
    try (directory) {
      server.close(false);
    }
  }
}
