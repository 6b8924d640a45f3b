package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Row;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A row as COPY delivers it, which a document is made of without making texts of its values first.
 * Of the columns it holds {@link Column#sqlCopied}: a timestamp as eight bytes, see {@link
 * BinaryTimestamp}, all else as the UTF-8 of its text, which Postgres has verified whatever the
 * encoding of the database is. Immutable; keeps the message.
 */
public final class CopiedRow implements Row {

  private static final int NULL = -1;
  private static final int NONE = -1;

  private final byte[] message;
  private final int[] fields;
  private final int first;
  private final int replaced;
  private final @Nullable String replacement;

  /**
   * Makes a row of some of a message's fields.
   *
   * @param fields of each field of the message where it begins, and how long it is or -1 for NULL
   * @param first the field that is the row's first column
   */
  public CopiedRow(byte[] message, int[] fields, int first) {
    this(message, fields, first, NONE, null);
  }

  private CopiedRow(
      byte[] message, int[] fields, int first, int replaced, @Nullable String replacement) {
    this.message = message;
    this.fields = fields;
    this.first = first;
    this.replaced = replaced;
    this.replacement = replacement;
  }

  /** The same row with another text in a column that is no timestamp. */
  public CopiedRow with(Column column, String text) {
    return new CopiedRow(message, fields, first, column.index(), text);
  }

  @Override
  public @Nullable String text(Column column) {
    if (column.index() == replaced) {
      return replacement;
    }
    if (isNull(column)) {
      return null;
    }
    return column.type().isTimestamp()
        ? timestamp(column).text()
        : new String(message, start(column), length(column), UTF_8);
  }

  /** Whether the value of a column is at hand as bytes. */
  boolean holds(Column column) {
    return column.index() != replaced;
  }

  boolean isNull(Column column) {
    return length(column) == NULL;
  }

  byte[] message() {
    return message;
  }

  /** Where the value begins in the message. */
  int start(Column column) {
    return fields[2 * (first + column.index())];
  }

  /** How many bytes the value has. */
  int length(Column column) {
    return fields[2 * (first + column.index()) + 1];
  }

  /** Of a column that holds one. */
  BinaryTimestamp timestamp(Column column) {
    return new BinaryTimestamp(ByteBuffer.wrap(message).getLong(start(column)));
  }
}
