package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sessioncache.topic.TextHash;
import java.util.HexFormat;

/** Stands for keys and documents where they must not be, or would take too much memory. */
final class Prints {

  private Prints() {}

  static long of(byte[] document) {
    return TextHash.of(new String(document, ISO_8859_1));
  }

  /** XXH64 of a key, in hexadecimal digits: to find one again by who has it. */
  static String of(String key) {
    return HexFormat.of().toHexDigits(TextHash.of(key));
  }
}
