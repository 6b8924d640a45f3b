package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The rows that follow from the topic {@code changes}, as any reader of it would keep them: a row's
 * highest version counts, by epoch and log position; records of a former epoch or term that come
 * late do not. Judges capture alone. Used by one thread.
 */
final class CapturedRows implements AutoCloseable {

  private static final String SESSIONS = "user_sessions";

  private static final String ROWS =
      """
      select id, concat_ws('|', token, user_id, coalesce(request_count::text, ''), coalesce(data::text, ''))
      from platform.user_sessions
      """;

  /**
   * One record of a row or of a table.
   *
   * @param number of the baseline it belongs to
   * @param columns null for a deletion
   */
  record Version(long number, long lsn, @Nullable JsonNode columns) {

    private boolean isOlderThan(Version other) {
      return number != other.number
          ? number < other.number
          : Long.compareUnsigned(lsn, other.lsn) < 0;
    }
  }

  private final ObjectMapper json = new ObjectMapper();
  private final Pipeline pipeline;
  private final Consumer<String, byte[]> consumer;
  private final Map<Integer, Long> pulses = new HashMap<>();
  private final Map<Integer, Long> terms = new HashMap<>();
  private final Map<Integer, Long> baselines = new HashMap<>();
  private final Map<String, Version> sessions = new HashMap<>();
  private final List<Version> all = new ArrayList<>();
  private Version truncated = new Version(0, 0, null);

  CapturedRows(Pipeline pipeline) {
    Map<String, String> settings = pipeline.settings();
    this.pipeline = pipeline;
    this.consumer =
        new KafkaClients(Objects.requireNonNull(settings.get("kafka.bootstrap.servers"))).reader();
    String topic =
        new LaneSettings(Pipeline.LANES, pipeline.name, (short) 1, Duration.ofSeconds(30))
            .changesTopic();
    List<TopicPartition> lanes =
        IntStream.range(0, Pipeline.LANES).mapToObj(i -> new TopicPartition(topic, i)).toList();
    consumer.assign(lanes);
    consumer.seekToBeginning(lanes);
  }

  /**
   * Waits until everything committed so far stands in every lane, then compares all session rows.
   */
  void assertSameAsPostgres() {
    awaitQuiet();
    assertThat(live()).isEqualTo(inPostgres());
  }

  /** What capture reports once it has begun a baseline for that reason. */
  JsonNode awaitBaseline(String reason) {
    await("baseline because " + reason)
        .atMost(Pipeline.SOON)
        .until(
            () ->
                pipeline.status("capture").map(status -> status.path("reason").asText()).orElse(""),
            reason::equals);
    return pipeline.status("capture").orElseThrow();
  }

  void awaitBaselineAfter(long number) {
    await("another baseline").atMost(Pipeline.SOON).until(() -> pipeline.baseline() > number);
  }

  void awaitQuiet() {
    long now = pipeline.nowMillis();
    await("a pulse of now in every lane")
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              pipeline.throwIfEnded();
              consumer.poll(Duration.ofMillis(50)).forEach(this::take);
              return pulses.size() == Pipeline.LANES
                  && pulses.values().stream().allMatch(at -> at > now);
            });
  }

  /** Baseline numbers of the row changes read so far that stand above a log position. */
  List<Long> numbersAbove(long lsn) {
    return all.stream()
        .filter(version -> Long.compareUnsigned(version.lsn, lsn) > 0)
        .map(Version::number)
        .distinct()
        .sorted()
        .toList();
  }

  /** Row changes read so far, those that came twice included. */
  int versions() {
    return all.size();
  }

  /** How many baselines there have been. */
  long baselines() {
    return all.stream().map(Version::number).distinct().count();
  }

  private Map<String, String> live() {
    long newest = baselines.values().stream().mapToLong(Long::longValue).max().orElse(0);
    Map<String, String> rows = new TreeMap<>();
    sessions.forEach(
        (id, version) -> {
          if (version.columns != null
              && version.number == newest
              && !version.isOlderThan(truncated)) {
            rows.put(id, digest(version.columns));
          }
        });
    return rows;
  }

  private Map<String, String> inPostgres() {
    Map<String, String> found = new TreeMap<>();
    try (Connection connection = pipeline.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ROWS)) {
      while (rows.next()) {
        found.put(rows.getString(1), rows.getString(2));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What tells one version of a session from another. */
  private static String digest(JsonNode columns) {
    return Stream.of("token", "user_id", "request_count", "data")
        .map(columns::path)
        .map(value -> value.isNull() ? "" : value.asText())
        .collect(Collectors.joining("|"));
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    long number = number(record);
    long term = term(record);
    int lane = record.partition();
    boolean late = number < baselines.getOrDefault(lane, 0L) || term < terms.getOrDefault(lane, 0L);
    if (record.value() == null || late) {
      return;
    }
    baselines.put(lane, number);
    terms.put(lane, term);
    JsonNode value = parse(record.value());
    String op = value.path("__op").asText();
    if (op.equals("pulse")) {
      pulses.put(lane, value.path("at_ms").asLong());
    } else if (value.path("__table").asText().equals(SESSIONS)) {
      boolean row = op.equals("c") || op.equals("u") || op.equals("r");
      long lsn = op.equals("r") ? 0 : value.path("__lsn").asLong();
      take(value, new Version(number, lsn, row ? value : null), op);
    }
  }

  private void take(JsonNode value, Version version, String op) {
    all.add(version);
    if (op.equals("t")) {
      truncated = version;
    } else {
      sessions.merge(
          value.path("id").asText(), version, (old, next) -> next.isOlderThan(old) ? old : next);
    }
  }

  private JsonNode parse(byte[] value) {
    try {
      return json.readTree(value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long number(ConsumerRecord<?, ?> record) {
    String epoch = header(record, "epoch");
    return Long.parseLong(epoch.substring(epoch.indexOf(':') + 1));
  }

  private static long term(ConsumerRecord<?, ?> record) {
    return Long.parseLong(header(record, "term"));
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "0" : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
