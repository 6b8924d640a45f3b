package dev.sessioncache.localstack;

/**
 * A Redis of a chosen version, without Postgres and Kafka: a child process even where the {@link
 * Stack} comes from containers. Its data is thrown away. Owned by the one who started it.
 */
public final class LocalRedis implements AutoCloseable {

  private final StackDirectory directory;
  private final int port;
  private final LocalServer server;

  private LocalRedis(StackDirectory directory, RedisVersion version) {
    this.directory = directory;
    this.port = new Ports(directory.path("ports")).port("redis");
    this.server = new LocalServer(new RedisProgram(directory, port, version), directory);
  }

  /**
   * Returns when it answers.
   *
   * @throws StackException when it does not come up, or its program is not on the class path
   */
  public static LocalRedis start(RedisVersion version) {
    StackDirectory directory = StackDirectory.open(StackOptions.temporary());
    try {
      LocalRedis redis = new LocalRedis(directory, version);
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
