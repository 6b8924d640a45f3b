package dev.sessioncache.project;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.entries.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Redis behind the guard, for entries of one timeline and baseline: a write is taken when its two
 * row versions are not lower than the stored ones.
 */
final class CacheModel {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> guards = new HashMap<>();
  final Map<String, JsonNode> values = new HashMap<>();
  private Optional<Set<String>> expected = Optional.empty();

  /** As after an hour without changes: guards have a TTL. */
  void loseGuards() {
    guards.clear();
  }

  /** From now on a put of any other key is a failure. */
  void expectOnly(Set<String> keys) {
    expected = Optional.of(keys);
  }

  void write(Entry entry) {
    if (entry instanceof Entry.Put put && accepts(put.key(), put.position())) {
      JsonNode document = read(put.document());
      expected.ifPresent(
          keys -> assertThat(keys).as("what was deleted comes back").contains(put.key()));
      assertThat(document.path("user").path("email").asText())
          .as("a session with the data of its own user")
          .isEqualTo(document.path("user_id").asText() + "@example.org");
      values.put(put.key(), document);
    } else if (entry instanceof Entry.Removal removal
        && accepts(removal.key(), removal.position())) {
      values.remove(removal.key());
    }
  }

  private boolean accepts(String key, String position) {
    String versions = position.substring(11, 53); // as in guard.lua
    if (versions.compareTo(guards.getOrDefault(key, "")) < 0) {
      return false;
    }
    guards.put(key, versions);
    return true;
  }

  private static JsonNode read(byte[] document) {
    try {
      return JSON.readTree(new String(document, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
