package dev.sessioncache.changes;

import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which row a record is about, by its key. The value says better which; this is for values that
 * can't be used.
 *
 * @param id primary key as text
 */
public record RowName(Change.Source source, String id) {

  /** Reads a key {@code <table>/<primary key>}; empty when it names none of our rows. */
  public static Optional<RowName> parse(@Nullable String key, SessionMapping mapping) {
    return key == null
        ? Optional.empty()
        : parse(key, mapping.sessions(), Change.Source.SESSIONS)
            .or(() -> parse(key, mapping.users(), Change.Source.USERS));
  }

  private static Optional<RowName> parse(String key, MappedTable table, Change.Source source) {
    String prefix = ChangeFormat.rowKey(table.name().table(), "");
    return Optional.of(key)
        .filter(text -> text.startsWith(prefix))
        .map(text -> text.substring(prefix.length()))
        .filter(RowName::isId)
        .map(id -> new RowName(source, id));
  }

  /** Text in Postgres holds no NUL. */
  static boolean isId(String text) {
    return !text.isEmpty() && text.indexOf('\u0000') < 0;
  }
}
