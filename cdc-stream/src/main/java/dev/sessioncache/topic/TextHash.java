package dev.sessioncache.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/** Stands for a text in 64 bits: <a href="https://xxhash.com">XXH64</a> of its UTF-8. */
public final class TextHash {

  private static final XXHash64 XX_HASH = XXHashFactory.safeInstance().hash64();

  private TextHash() {}

  public static long of(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return XX_HASH.hash(bytes, 0, bytes.length, 0);
  }
}
