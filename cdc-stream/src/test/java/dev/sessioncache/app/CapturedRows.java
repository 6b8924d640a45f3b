package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.changes.CapturedLine;
import dev.sessioncache.changes.SessionRows;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.TopicReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The session rows that follow from the topic {@code changes} of a pipeline, beside those of its
 * Postgres. Used by one thread.
 */
final class CapturedRows implements AutoCloseable {

  private static final String ROWS =
      """
      select id, concat_ws('|', token, user_id, coalesce(request_count::text, ''), coalesce(data::text, ''))
      from platform.user_sessions
      """;

  private final Pipeline pipeline;
  private final TopicReader reader;
  private final Map<Integer, Long> pulses = new HashMap<>();
  private final SessionRows rows = new SessionRows();

  CapturedRows(Pipeline pipeline) {
    Map<String, String> settings = pipeline.settings();
    this.pipeline = pipeline;
    String topic =
        new LaneSettings(Pipeline.LANES, pipeline.name, (short) 1, Duration.ofSeconds(30))
            .changesTopic();
    this.reader =
        new TopicReader(
            new KafkaClients(Objects.requireNonNull(settings.get("kafka.bootstrap.servers"))),
            topic,
            Pipeline.LANES);
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
              reader.next().forEach(this::take);
              return pulses.size() == Pipeline.LANES
                  && pulses.values().stream().allMatch(at -> at > now);
            });
  }

  /** Baseline numbers of the row changes read so far that stand above a log position. */
  List<Long> numbersAbove(long lsn) {
    return rows.versions().stream()
        .filter(version -> Long.compareUnsigned(version.lsn(), lsn) > 0)
        .map(version -> Integer.toUnsignedLong(version.epoch().baseline()))
        .distinct()
        .sorted()
        .toList();
  }

  /** Row changes read so far, those that came twice included. */
  int versions() {
    return rows.versions().size();
  }

  /** How many baselines there have been. */
  long baselines() {
    return rows.versions().stream().map(SessionRows.Version::epoch).distinct().count();
  }

  private Map<String, String> live() {
    return rows.live().stream()
        .collect(Collectors.toMap(row -> row.path("id").asText(), CapturedRows::digest));
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
    CapturedLine.of(record)
        .filter(rows::take)
        .filter(line -> line.op().equals("pulse"))
        .ifPresent(pulse -> pulses.put(pulse.lane(), pulse.value().path("at_ms").asLong()));
  }

  @Override
  public void close() {
    reader.close();
  }
}
