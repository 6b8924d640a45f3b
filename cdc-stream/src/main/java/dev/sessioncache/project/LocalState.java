package dev.sessioncache.project;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.OperationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.kafka.common.Uuid;

/**
 * Says to which topic {@code changes} the state in a directory belongs. Kafka gives each topic an
 * id, so one that was deleted and made again is another topic: a state of the old one holds rows of
 * other lanes, and offsets that the new one has not come to. Kafka Streams would go on from it.
 */
final class LocalState {

  private final Path note;
  private final Uuid changes;

  /**
   * @param changes id of the present topic
   */
  LocalState(Path stateDir, String application, Uuid changes) {
    this.note = stateDir.resolve(application + ".changes");
    this.changes = changes;
  }

  /** Whether it is of the present topic; one of which nobody knows is not. */
  boolean isOfThePresentTopic() {
    try {
      return Files.readString(note, UTF_8).equals(changes.toString());
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Notes the present topic; what is there must be of it, or nothing. */
  void note() {
    try {
      Files.writeString(note, changes.toString());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private OperationException failure(IOException e) {
    return unusable(Objects.requireNonNull(note.getParent()), e);
  }

  /** Makes the directory when there is none. */
  static void require(Path stateDir) {
    try {
      Files.createDirectories(stateDir);
      Files.delete(Files.createTempFile(stateDir, "", ".tmp"));
    } catch (IOException e) {
      throw unusable(stateDir, e);
    }
  }

  private static OperationException unusable(Path stateDir, IOException e) {
    return new OperationException(
        "the state directory "
            + stateDir
            + " can't be used: may we read and write there? (project.state.dir)",
        e);
  }
}
