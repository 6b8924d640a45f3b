package dev.sessioncache.bench.replay;

import dev.sessioncache.bench.Workbench;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A topic with the row of each session, in the form in which Debezium writes it with its event
 * unwrapped and without schemas; about as large as our documents.
 *
 * @param count of its records
 */
record Rows(String topic, int count) {

  /** As many as the topic of entries has. */
  static final int PARTITIONS = 4;

  private static final int FETCH = 5_000;
  private static final String QUERY =
      """
      select json_build_object('token', token)::text, json_build_object('id', id, 'token', token, 'user_id', user_id,
          'ip_address', host(ip_address), 'user_agent', user_agent, 'created_at', created_at,
          'last_activity_at', last_activity_at, 'expires_at', expires_at, 'request_count', request_count,
          'revoked_at', revoked_at, 'data', data::text)::text
      from platform.user_sessions
      """;

  /** Makes the topic, of all sessions of the table. */
  static Rows of(Workbench bench, int sessions) throws Exception {
    String name = "bench-rows-" + sessions;
    String servers = bench.stack().kafkaBootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name, PARTITIONS, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<String, String> producer = producer(servers);
        Connection connection = bench.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false); // else all rows come at once
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery(QUERY)) {
        while (rows.next()) {
          producer.send(
              new ProducerRecord<>(name, rows.getString(1).replace(" ", ""), rows.getString(2)),
              (written, e) -> failure.compareAndSet(null, e));
        }
      }
      producer.flush();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    return new Rows(name, sessions);
  }

  private static KafkaProducer<String, String> producer(String servers) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
            ProducerConfig.BATCH_SIZE_CONFIG, 524_288,
            ProducerConfig.LINGER_MS_CONFIG, 5),
        new StringSerializer(),
        new StringSerializer());
  }
}
