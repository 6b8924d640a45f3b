package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import java.util.List;

/** Something that brings the changes of Postgres to Redis, and goes on where it has stopped. */
public interface Follower extends AutoCloseable {

  String name();

  /**
   * Whether all of the marked sessions have come to this {@code request_count} in Redis.
   *
   * @param tokens of the marked sessions, in the order in which they are changed
   */
  boolean isAt(Workbench bench, List<String> tokens, long count);

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
