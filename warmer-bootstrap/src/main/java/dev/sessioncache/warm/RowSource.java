package dev.sessioncache.warm;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Live sessions, the most recently active first. */
@FunctionalInterface
interface RowSource {

  /** The next row; null when there is none. */
  @Nullable SessionRow next() throws SQLException;
}
