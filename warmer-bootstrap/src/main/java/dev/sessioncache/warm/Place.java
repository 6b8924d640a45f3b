package dev.sessioncache.warm;

import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import java.util.Objects;

/**
 * Where a session stands in the order in which a warm reads them: the most recently active first,
 * then by descending primary key.
 *
 * @param activity time of the last activity, as Postgres prints it in UTC
 * @param id primary key, as Postgres prints it
 */
record Place(String activity, String id) {

  static Place of(Row session, SessionMapping mapping) {
    return new Place(
        Objects.requireNonNull(session.text(mapping.activity())),
        Objects.requireNonNull(session.text(mapping.sessions().primaryKey())));
  }
}
