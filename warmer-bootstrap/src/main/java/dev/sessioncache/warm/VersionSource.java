package dev.sessioncache.warm;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Versions of live sessions, the most recently active first. */
@FunctionalInterface
interface VersionSource {

  /** The next one; null when there is none. */
  @Nullable SessionVersion next() throws SQLException;
}
