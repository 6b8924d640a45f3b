package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one stack, locked against a second one for as long as it is open. The kernel
 * drops the lock when the JVM dies. Owned by {@link LocalStack}; {@link #close()} may come from any
 * thread.
 */
final class StackDirectory implements AutoCloseable {

  static final String LOCK = "lock";

  /**
   * Of this JVM. Their locks must not be asked for: to close another channel to a file gives back
   * all that the process has on it, see <a
   * href="https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl</a>.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final boolean keep;
  private final FileChannel channel;

  private StackDirectory(StackOptions options, FileChannel channel) {
    this.root = options.directory();
    this.keep = options.keep();
    this.channel = channel;
  }

  /**
   * @throws StackException when a live stack uses the directory, or when a throw-away directory has
   *     content that deleting it would lose
   */
  static StackDirectory open(StackOptions options) {
    Path root = options.directory();
    try {
      if (!options.keep()) {
        requireEmpty(root);
      }
      Files.createDirectories(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
      Files.createDirectories(root.resolve("logs"));
      return new StackDirectory(options, lock(root));
    } catch (IOException e) {
      throw new StackException("cannot use the directory " + root + ": " + e.getMessage(), e);
    }
  }

  private static void requireEmpty(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> content = Files.list(root)) {
        if (content.findAny().isPresent()) {
          throw new StackException(
              root + " is not empty: a throw-away stack, which deletes it, needs a new directory");
        }
      }
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    if (!OPEN.add(root)) {
      throw inUse(root);
    }
    try {
      FileChannel channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) != null) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      OPEN.remove(root);
      throw e;
    }
    OPEN.remove(root);
    throw inUse(root);
  }

  private static StackException inUse(Path root) {
    return new StackException(
        "a running stack uses " + root + ": stop it first, or choose another directory");
  }

  /** Whether this JVM has it. */
  static boolean isOpen(Path root) {
    return OPEN.contains(root.toAbsolutePath().normalize());
  }

  /** Null when anybody has the lock, another process or this JVM. */
  static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  boolean keep() {
    return keep;
  }

  Path path(String name) {
    return root.resolve(name);
  }

  Path log(String server) {
    return root.resolve("logs").resolve(server + ".log");
  }

  /** Deletes a throw-away directory and gives the lock back. */
  @Override
  public void close() {
    try (channel) {
      if (!keep) {
        FileTree.delete(root);
      }
    } catch (IOException e) {
      throw new StackException("cannot delete " + root, e);
    } finally {
      OPEN.remove(root);
    }
  }
}
