package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * JSON that grows as UTF-8, byte by byte: what makes a document of texts that are UTF-8 already
 * spends its time copying. Used by one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-7">RFC 8259, strings</a>
 */
final class JsonBytes {

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(ISO_8859_1);

  /** For each of the first 128 bytes what follows the backslash; 0 for what stands for itself. */
  private static final byte[] ESCAPES = escapes();

  private static final byte BY_NUMBER = 'u';
  private static final int LONGEST_ESCAPE = 6;

  private byte[] bytes;
  private int length;

  JsonBytes(int usual) {
    this.bytes = new byte[usual];
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[128];
    Arrays.fill(escapes, 0, ' ', BY_NUMBER);
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    return escapes;
  }

  /** JSON as it is. */
  void raw(byte[] json) {
    raw(json, 0, json.length);
  }

  /** JSON as it is. */
  void raw(byte[] from, int start, int count) {
    reserve(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  /** JSON as it is. */
  void raw(String json) {
    raw(json.getBytes(UTF_8));
  }

  /** JSON as it is. */
  void raw(char json) {
    reserve(1);
    bytes[length++] = (byte) json;
  }

  /** A string, quoted. */
  void string(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    string(utf8, 0, utf8.length);
  }

  /** A string, quoted, of UTF-8. */
  void string(byte[] from, int start, int count) {
    reserve(count + 2);
    byte[] to = bytes;
    int at = length;
    int end = start + count;
    to[at++] = '"';
    for (int i = start; i < end; i++) {
      byte one = from[i];
      byte escape = one < 0 ? 0 : ESCAPES[one];
      if (escape == 0) {
        to[at++] = one;
      } else {
        length = at;
        reserve(LONGEST_ESCAPE + end - i);
        escape(one, escape);
        to = bytes;
        at = length;
      }
    }
    to[at++] = '"';
    length = at;
  }

  private void escape(byte one, byte escape) {
    bytes[length++] = '\\';
    bytes[length++] = escape;
    if (escape == BY_NUMBER) {
      bytes[length++] = '0';
      bytes[length++] = '0';
      bytes[length++] = HEX[one >> 4];
      bytes[length++] = HEX[one & 15];
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** A copy of all. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
