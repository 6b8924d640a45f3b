package dev.sessioncache.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.StatusIndex;
import dev.sessioncache.guard.Watermark;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what all processes leave in Redis, by the names of the keys: it never passes over the keys,
 * of which there are millions. Used by one thread.
 */
final class RedisLook {

  private static final List<String> JOBS = List.of("warm", "verify", "replay");
  private static final String INSTANCE = "instance:";
  private static final String READER = "reader:";

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final StatusIndex index;
  private final int lanes;
  private final ObjectMapper json = new ObjectMapper();

  RedisLook(RedisConnection connection, GuardSettings settings, int lanes) {
    this.connection = connection;
    this.settings = settings;
    this.index = new StatusIndex(settings);
    this.lanes = lanes;
  }

  /**
   * Looks.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  RedisRecords look() {
    List<String> told = index.newest(connection);
    return new RedisRecords(
        watermarks(),
        cached(),
        records(told, INSTANCE).map(InstanceRecord::new).toList(),
        records(told, READER).toList(),
        jobs(),
        generation());
  }

  private Map<Integer, Watermark> watermarks() {
    Map<Integer, Watermark> found = new TreeMap<>();
    List<Optional<byte[]>> values =
        read(IntStream.range(0, lanes).mapToObj(settings::watermarkKey).toList());
    for (int lane = 0; lane < lanes; lane++) {
      Watermark mark = Watermark.parse(values.get(lane).orElse(null));
      if (mark.atMillis() > 0) {
        found.put(lane, mark);
      }
    }
    return found;
  }

  private Map<Integer, Long> cached() {
    List<RedisFuture<Long>> answers =
        IntStream.range(0, lanes)
            .mapToObj(lane -> connection.async().zcard(settings.priorityKey(lane).getBytes(UTF_8)))
            .toList();
    Map<Integer, Long> found = new TreeMap<>();
    for (int lane = 0; lane < lanes; lane++) {
      found.put(lane, connection.await(answers.get(lane)));
    }
    return found;
  }

  private Stream<JsonNode> records(List<String> told, String kind) {
    List<String> keys =
        told.stream().filter(of -> of.startsWith(kind)).map(settings::statusKey).toList();
    return read(keys).stream().map(this::parse).filter(Objects::nonNull);
  }

  private Map<String, JsonNode> jobs() {
    Map<String, JsonNode> found = new HashMap<>();
    List<Optional<byte[]>> values = read(JOBS.stream().map(settings::statusKey).toList());
    for (int job = 0; job < JOBS.size(); job++) {
      JsonNode record = parse(values.get(job));
      if (record instanceof ObjectNode fields) {
        fields.remove("place"); // names a session
        found.put(JOBS.get(job), fields);
      }
    }
    return found;
  }

  /** Without the number and the mark of a cluster's, which change while it spreads. */
  private String generation() {
    byte[] text = connection.sync().get(settings.generationKey().getBytes(UTF_8));
    return text == null ? "" : new String(text, UTF_8).split(" ", 2)[0];
  }

  private List<Optional<byte[]>> read(List<String> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return connection
        .sync()
        .mget(keys.stream().map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new))
        .stream()
        .map(value -> value.hasValue() ? Optional.of(value.getValue()) : Optional.<byte[]>empty())
        .toList();
  }

  /** Null for what is gone or no object. */
  private @Nullable JsonNode parse(Optional<byte[]> text) {
    try {
      JsonNode found = text.isEmpty() ? null : json.readTree(text.get());
      return found != null && found.isObject() ? found : null;
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) { // the text is in memory
      throw new IllegalStateException(e);
    }
  }
}
