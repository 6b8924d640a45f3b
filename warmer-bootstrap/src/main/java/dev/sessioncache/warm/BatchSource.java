package dev.sessioncache.warm;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What is to be written, the most recently active first. */
@FunctionalInterface
interface BatchSource {

  /** Makes a source when it is needed. */
  @FunctionalInterface
  interface Factory {
    BatchSource make() throws SQLException;
  }

  /** The next batch, of no entries perhaps; null when there is none, or the warm is over. */
  @Nullable Batch next() throws SQLException, InterruptedException;

  /** This one, and when it has come to its end another. */
  default BatchSource then(Factory second) {
    return new BatchSource() {
      private BatchSource present = BatchSource.this;

      @Override
      public @Nullable Batch next() throws SQLException, InterruptedException {
        Batch batch = present.next();
        if (batch == null && present == BatchSource.this) {
          present = second.make();
          batch = present.next();
        }
        return batch;
      }
    };
  }
}
