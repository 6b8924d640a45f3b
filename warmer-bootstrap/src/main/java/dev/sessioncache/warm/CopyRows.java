package dev.sessioncache.warm;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of a query, streamed by COPY: unlike a cursor it lets Postgres use its parallel workers,
 * and costs a message a row. Nothing is held but the present row. The query runs when the first row
 * is asked for; until the last has been read the connection can do nothing else. Used by one
 * thread.
 *
 * @see <a href="https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-BINARY-FORMAT">the binary
 *     format</a>
 */
final class CopyRows {

  /** {@code PGCOPY\n\377\r\n\0} and the flags; the length of a header extension follows. */
  private static final int SIGNATURE_AND_FLAGS = 11 + Integer.BYTES;

  private static final int TRAILER = -1;

  private final Connection connection;
  private final String query;
  private @Nullable CopyOut copy;
  private ByteBuffer row = ByteBuffer.allocate(0);

  /**
   * @param query without parameters
   */
  CopyRows(Connection connection, String query) {
    this.connection = connection;
    this.query = query;
  }

  /** Goes to the next row; false when there is none. */
  boolean next() throws SQLException {
    if (copy == null) {
      copy =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("copy (" + query + ") to stdout (format binary)");
      receive(copy);
      row.position(SIGNATURE_AND_FLAGS);
      row.position(row.getInt() + row.position());
    }
    // A header may come with the first row or before it.
    if (row.hasRemaining() || receive(copy)) {
      return row.getShort() != TRAILER || receive(copy); // behind the trailer comes nothing
    }
    return false;
  }

  private boolean receive(CopyOut from) throws SQLException {
    byte[] message = from.isActive() ? from.readFromCopy() : null;
    row = ByteBuffer.wrap(message == null ? new byte[0] : message);
    return message != null;
  }

  /**
   * The next fields of the row: of each where it begins in the {@link #message}, and how long it is
   * or -1 for NULL.
   */
  int[] fields(int count) {
    int[] fields = new int[2 * count];
    for (int i = 0; i < fields.length; i += 2) {
      int length = row.getInt();
      fields[i] = row.position();
      fields[i + 1] = length;
      row.position(row.position() + Math.max(0, length));
    }
    return fields;
  }

  /** The bytes of the present row, which are its own. */
  byte[] message() {
    return row.array();
  }

  /** The next field of the row, a float8 that is not null. */
  double float8() {
    int unused = row.getInt();
    return row.getDouble();
  }
}
