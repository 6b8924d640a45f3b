package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Looks about once a second whether the tables and the publication are still those of the baseline.
 * What an ALTER TABLE does to the rows is not in the log, and neither is what was changed while a
 * table was not published. Used by one thread.
 */
final class ShapeWatch {

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Publication publication;
  private final String expected;
  private long lastCheck = System.nanoTime();

  /**
   * @param expected {@link Publication#identity} of the baseline
   */
  ShapeWatch(Publication publication, String expected) {
    this.publication = publication;
    this.expected = expected;
  }

  /**
   * Looks if it is time to, however often it is called.
   *
   * @throws OperationException when the reading is to be started again, which then decides
   */
  void check() throws SQLException {
    long now = System.nanoTime();
    if (now - lastCheck >= EVERY.toNanos()) {
      lastCheck = now;
      if (!publication.identity().equals(expected)) {
        throw new OperationException(
            "a table or the publication has been altered: checking them anew");
      }
    }
  }
}
