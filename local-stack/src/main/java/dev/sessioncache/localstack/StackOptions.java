package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.util.UUID;

/**
 * Where a {@link LocalStack} has its data, and whether it stays there after {@link Stack#close()}.
 *
 * @param directory made when it does not exist; used by one stack at a time
 * @param keep false: the directory must be new or empty, is deleted by {@code close()}, and the
 *     servers trade durability for speed
 * @param forLoad whether Kafka is to be fast once it has been at work for a while; else it is up
 *     soon, and leaves the cores to others
 */
public record StackOptions(Path directory, boolean keep, boolean forLoad) {

  /** Start of the name of every directory that {@link #temporary()} names. */
  static final String TEMPORARY_PREFIX = "session-cache-stack-";

  public StackOptions {
    directory = directory.toAbsolutePath().normalize();
  }

  /** A new directory below {@code java.io.tmpdir}, gone after {@code close()}. */
  public static StackOptions temporary() {
    String name = TEMPORARY_PREFIX + UUID.randomUUID();
    return new StackOptions(Path.of(System.getProperty("java.io.tmpdir"), name), false, false);
  }

  /** Data of Postgres, Kafka and Redis stays in {@code directory} for the next start. */
  public static StackOptions kept(Path directory) {
    return new StackOptions(directory, true, false);
  }

  /** The same for measurements. */
  public StackOptions underLoad() {
    return new StackOptions(directory, keep, true);
  }
}
