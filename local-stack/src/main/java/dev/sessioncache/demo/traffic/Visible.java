package dev.sessioncache.demo.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a session's value in Redis (null: no value) shows that a change has arrived. */
final class Visible {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Visible() {}

  static Predicate<@Nullable String> present() {
    return value -> value != null;
  }

  static Predicate<@Nullable String> gone() {
    return value -> value == null;
  }

  /** The change that made it that many requests, or a later one. */
  static Predicate<@Nullable String> requests(long count) {
    return value -> parsed(value).path("request_count").asLong(-1) >= count;
  }

  static Predicate<@Nullable String> role(String role) {
    return value -> parsed(value).path("user").path("role").asText().equals(role);
  }

  private static JsonNode parsed(@Nullable String value) {
    try {
      return value == null ? MissingNode.getInstance() : JSON.readTree(value);
    } catch (JsonProcessingException e) {
      // A broken value shows nothing; the check at the end names it.
      return MissingNode.getInstance();
    }
  }
}
