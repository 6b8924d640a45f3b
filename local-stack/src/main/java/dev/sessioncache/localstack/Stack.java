package dev.sessioncache.localstack;

/**
 * The three servers a test or demo runs against, whoever runs them. Owned by the one who started
 * it; every method may be called from any thread.
 */
public interface Stack extends AutoCloseable {

  /** The Postgres server's own database, as {@code postgres://user:password@host:port/db}. */
  String databaseUrl();

  /**
   * The URL of an empty database of that name on the same server: one that exists is dropped first,
   * together with its replication slots and whoever is connected to it.
   *
   * @param name lower-case letters, digits and underscores, starting with a letter
   */
  String createDatabase(String name);

  /** The Redis server, as {@code redis://host:port}. */
  String redisUrl();

  /** The Kafka broker, as {@code host:port}. */
  String kafkaBootstrapServers();

  Server postgres();

  Server kafka();

  Server redis();

  /**
   * Stops all servers within a minute, whatever state they are in; the second call does nothing.
   */
  @Override
  void close();
}
