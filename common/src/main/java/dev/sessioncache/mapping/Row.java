package dev.sessioncache.mapping;

import org.jspecify.annotations.Nullable;

/**
 * One row of a mapped table, whoever delivers it: a snapshot read or a change event.
 *
 * <p>Values are text in the form Postgres prints them under {@code TimeZone=UTC}, or a form that
 * {@link dev.sessioncache.document.DocumentBuilder} takes as equal (ISO-8601 instants, {@code true}
 * for {@code t}); arrays are JSON arrays, those of json hold each element as a string with its JSON
 * text. SQL NULL is {@code null}. In the column of the token stands what {@link TokenHash} puts in
 * its place.
 */
@FunctionalInterface
public interface Row {
  @Nullable String text(Column column);
}
