package dev.sessioncache.bench.warm;

import java.io.OutputStream;
import java.sql.Connection;
import org.postgresql.PGConnection;

/** As fast as Postgres gives the joined rows: COPY in the binary format, thrown away. */
final class RawCopy {

  private static final String COPY =
      """
      copy (select s.*, u.* from platform.user_sessions s join platform.users u on u.id = s.user_id limit %d)
      to stdout (format binary)
      """;

  private RawCopy() {}

  public static void main(String... args) throws Exception {
    try (Connection connection = Environment.postgres()) {
      long wanted = Long.parseLong(args[0]);
      long rows =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut(COPY.formatted(wanted), OutputStream.nullOutputStream());
      if (rows != wanted) {
        throw new IllegalStateException(rows + " rows instead of " + wanted);
      }
    }
  }
}
