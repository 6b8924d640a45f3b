package dev.sessioncache.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.IntStream;
import org.apache.commons.codec.digest.MurmurHash2;

/**
 * Which lane a user lives in: {@code murmur2(user id as UTF-8 text) mod lanes}, as Kafka's <a
 * href="https://kafka.apache.org/documentation/#producerconfigs_partitioner.class">default
 * partitioner</a> places a record keyed by the user id.
 */
public record Lanes(int count) {

  /** As many as there can be. */
  public static final int MOST = 1024;

  public int of(String userId) {
    byte[] bytes = userId.getBytes(UTF_8);
    return (MurmurHash2.hash32(bytes, bytes.length) & Integer.MAX_VALUE) % count;
  }

  public IntStream all() {
    return IntStream.range(0, count);
  }
}
