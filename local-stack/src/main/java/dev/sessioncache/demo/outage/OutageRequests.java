package dev.sessioncache.demo.outage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Outages that are asked for, as files of a directory: one for each part, of its name. Written by
 * one process, taken by another.
 */
public record OutageRequests(Path directory) {

  /** Asks for an outage; a request for the same part that was not taken yet is replaced. */
  public void put(String part, Outage outage) throws IOException {
    Files.createDirectories(directory);
    Path written = Files.createTempFile(directory, part, ".new");
    Files.writeString(written, outage.text());
    Files.move(written, directory.resolve(part), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The outage that is asked for, which is then no longer asked for. */
  Optional<Outage> take(String part) throws IOException {
    Path request = directory.resolve(part);
    try {
      String text = Files.readString(request);
      Files.delete(request);
      return Optional.of(Outage.of(text));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
