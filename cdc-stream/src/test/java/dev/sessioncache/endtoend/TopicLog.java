package dev.sessioncache.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.TopicReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** All records of a topic, lane by lane in their order. */
record TopicLog(List<Entry> records) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A record.
   *
   * @param value null for a tombstone
   * @param headers name and text, in their order
   */
  record Entry(
      int lane,
      long offset,
      long timestamp,
      @Nullable String key,
      @Nullable String value,
      List<String> headers) {

    /** Of the capture that wrote it; empty when there is none. */
    String epoch() {
      return headers.stream()
          .filter(header -> header.startsWith("epoch="))
          .map(header -> header.substring("epoch=".length()))
          .findFirst()
          .orElse("");
    }
  }

  static TopicLog read(String bootstrapServers, String topic, int lanes) {
    try (TopicReader reader = new TopicReader(new KafkaClients(bootstrapServers), topic, lanes)) {
      return new TopicLog(reader.next().stream().map(TopicLog::entry).toList());
    }
  }

  /** The versions of session and user rows in a topic of changes, see {@code ledger.sql}. */
  Set<Long> rowVersions() throws JsonProcessingException {
    Set<Long> versions = new HashSet<>();
    for (Entry record : records) {
      if (record.value() != null && !String.valueOf(record.key()).startsWith("~")) {
        JsonNode row = JSON.readTree(record.value());
        if (row.path("__op").asText().equals("d")) {
          continue;
        }
        if (row.has("request_count")) {
          versions.add(row.path("request_count").asLong());
        } else if (row.has("email")) {
          String email = row.path("email").asText();
          versions.add(Long.parseLong(email.substring(0, email.indexOf('@'))));
        }
      }
    }
    return versions;
  }

  private static Entry entry(ConsumerRecord<String, byte[]> record) {
    List<String> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      String text = header.value() == null ? "" : new String(header.value(), UTF_8);
      headers.add(header.key() + "=" + text);
    }
    return new Entry(
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value() == null ? null : new String(record.value(), UTF_8),
        headers);
  }
}
