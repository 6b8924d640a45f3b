package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Throw-away directories of JVMs that died before they could delete them. */
final class AbandonedDirectories {

  private static final Logger LOG = LoggerFactory.getLogger(AbandonedDirectories.class);

  /** Spares a directory that another JVM has made and is about to lock. */
  private static final Duration MINIMUM_AGE = Duration.ofMinutes(1);

  private AbandonedDirectories() {}

  /** Deletes those below {@code parent} that are ours to delete and that nobody has locked. */
  static void delete(Path parent) {
    try (Stream<Path> content = Files.list(parent)) {
      List<Path> candidates =
          content
              .filter(
                  path -> path.getFileName().toString().startsWith(StackOptions.TEMPORARY_PREFIX))
              .toList();
      candidates.forEach(AbandonedDirectories::deleteIfAbandoned);
    } catch (IOException e) {
      LOG.warn("cannot look for abandoned stacks in {}", parent, e);
    }
  }

  private static void deleteIfAbandoned(Path directory) {
    Path lock = directory.resolve(StackDirectory.LOCK);
    if (StackDirectory.isOpen(directory) || !Files.isWritable(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      Instant newest = Instant.now().minus(MINIMUM_AGE);
      if (Files.getLastModifiedTime(directory).toInstant().isBefore(newest)
          && StackDirectory.tryLock(channel) != null) {
        FileTree.delete(directory);
      }
    } catch (IOException e) {
      LOG.warn("cannot delete the abandoned stack {}", directory, e);
    }
  }
}
