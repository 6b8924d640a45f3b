package dev.sessioncache.changes;

import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;

/**
 * What a writer of {@code changes} has to know of the two tables, names as the catalog spells them.
 *
 * @param sessionUser column of the sessions that holds the user's primary key
 * @param token column of the sessions that stands in the cache's key
 */
public record WrittenTables(Table sessions, Table users, String sessionUser, String token) {

  /**
   * One of them.
   *
   * @param name without its schema
   * @param primaryKey its one column
   */
  public record Table(String name, String primaryKey) {}

  public static WrittenTables of(SessionMapping mapping) {
    return new WrittenTables(
        table(mapping.sessions()),
        table(mapping.users()),
        mapping.sessionUser().name(),
        mapping.token().name());
  }

  private static Table table(MappedTable table) {
    return new Table(table.name().table(), table.primaryKey().name());
  }
}
