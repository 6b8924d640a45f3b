package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.SessionMapping;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * How keys and documents are made, as a short text: two warms of one shape make the same of the
 * same row.
 */
final class Shape {

  /** To be changed whenever the same row makes another document than before. */
  private static final String FORMAT = "1";

  private Shape() {}

  static String of(SessionMapping mapping) {
    String all =
        Stream.of(
                FORMAT,
                mapping.settings().key().toString(),
                mapping.settings().tokens().fingerprint(),
                mapping.sessionUser().name(),
                mapping.sessions().name().toString(),
                mapping.users().name().toString(),
                columns(mapping.documentSession()),
                columns(mapping.documentUser()))
            .collect(Collectors.joining("\n"));
    CRC32C sum = new CRC32C();
    sum.update(all.getBytes(UTF_8));
    return Long.toHexString(sum.getValue());
  }

  private static String columns(List<Column> columns) {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(","));
  }
}
