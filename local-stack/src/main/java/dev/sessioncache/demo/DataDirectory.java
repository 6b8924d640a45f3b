package dev.sessioncache.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory with everything that {@code up} keeps: the servers' data and all logs. A marker
 * file says that it is ours, and is locked for as long as the directory is open; the kernel drops
 * the lock when the JVM dies.
 */
final class DataDirectory implements AutoCloseable {

  static final String MARKER = "this-directory-belongs-to-warmer-up";

  private final Path root;
  private final FileChannel marker;

  private DataDirectory(Path root, FileChannel marker) {
    this.root = root;
    this.marker = marker;
  }

  /**
   * Opens the directory and makes it when there is none.
   *
   * @param fresh delete what an earlier run kept in it
   * @throws UsageException when it holds files but is not ours
   * @throws RunFailedException when another run uses it
   */
  static DataDirectory open(Path path, boolean fresh)
      throws UsageException, RunFailedException, IOException {
    Path root = path.toAbsolutePath().normalize();
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new UsageException(root + " is not a directory: choose another one with --dir");
    }
    if (!content(root).isEmpty() && !Files.exists(root.resolve(MARKER))) {
      throw new UsageException(
          root + " holds files that are not of warmer up: choose an empty directory with --dir");
    }
    Files.createDirectories(root);
    FileChannel marker = locked(root);
    DataDirectory directory = new DataDirectory(root, marker);
    if (fresh) {
      directory.deleteContent();
    }
    Files.createDirectories(root.resolve("logs"));
    return directory;
  }

  /** The servers' data. */
  Path servers() {
    return root.resolve("servers");
  }

  /** The stream's own state; Kafka restores it when it is lost. */
  Path state() {
    return root.resolve("state");
  }

  /** Where it is asked to break something. */
  Path outages() {
    return outages(root);
  }

  /** Of a directory that another process may have open. */
  static Path outages(Path root) {
    return root.resolve("outages");
  }

  /** Whether a run has it open. */
  static boolean isInUse(Path root) throws IOException {
    Path marker = root.resolve(MARKER);
    if (!Files.exists(marker)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE)) {
      return tryLock(channel) == null;
    }
  }

  /** For the shell of whoever wants to use the servers. */
  Path environment() {
    return root.resolve("env");
  }

  /** Where the program's output goes. */
  Path log(String program) {
    return root.resolve("logs").resolve(program + ".log");
  }

  private static FileChannel locked(Path root) throws IOException, RunFailedException {
    FileChannel marker =
        FileChannel.open(root.resolve(MARKER), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(marker) == null) {
      marker.close();
      throw new RunFailedException(
          "another warmer up uses " + root + ": stop it first, or choose another --dir");
    }
    return marker;
  }

  private static @Nullable FileLock tryLock(FileChannel marker) throws IOException {
    try {
      return marker.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void deleteContent() throws IOException {
    for (Path entry : content(root)) {
      if (!entry.getFileName().toString().equals(MARKER)) {
        delete(entry);
      }
    }
  }

  /** Links are deleted, not followed. */
  private static void delete(Path tree) throws IOException {
    List<Path> childrenFirst;
    try (Stream<Path> all = Files.walk(tree)) {
      childrenFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : childrenFirst) {
      Files.deleteIfExists(path);
    }
  }

  private static List<Path> content(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(directory)) {
      return content.toList();
    }
  }

  @Override
  public void close() throws IOException {
    marker.close();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
