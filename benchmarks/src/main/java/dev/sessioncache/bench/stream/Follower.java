package dev.sessioncache.bench.stream;

/** Something that brings the changes of Postgres to Redis, and goes on where it has stopped. */
public interface Follower extends AutoCloseable {

  String name();

  /** The key of a session in Redis, by its token. */
  String key(String token);

  /** Begins to work, or goes on; does not wait for it. */
  void start() throws Exception;

  /** After {@link #start()}: waits until it follows changes. */
  void awaitReady() throws Exception;

  /** Ends its programs in an orderly way. */
  void stop() throws Exception;

  /** Of its programs, now: the most that each has had resident, kB, together. */
  long peakKilobytes();

  @Override
  void close() throws Exception;
}
