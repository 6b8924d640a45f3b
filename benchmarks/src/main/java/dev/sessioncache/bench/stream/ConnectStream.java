package dev.sessioncache.bench.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.FreePort;
import dev.sessioncache.localstack.ProcessUsage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Debezium in a worker of Kafka Connect in distributed mode, and {@link PlainRedisSink} in the same
 * one. Set as somebody would who knows them well: it asks every 10 ms, in large batches, without
 * schemas in the records, with a key that tells what the sink needs.
 */
final class ConnectStream implements Follower {

  static final String NAME = "Debezium in Connect, plain sink";

  private static final String SOURCE = "bench-source";
  private static final String SINK = "bench-sink";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Workbench bench;
  private final int port = FreePort.find();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final ChildProcess process;

  ConnectStream(Workbench bench) throws IOException {
    this.bench = bench;
    Path properties = bench.directory().resolve("connect.properties");
    Files.writeString(properties, worker());
    this.process =
        new ChildProcess(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Dlogback.configurationFile=dev/sessioncache/demo/demo-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.kafka.connect.cli.ConnectDistributed",
                properties.toString()),
            Map.of(),
            bench.log("connect"));
  }

  private String worker() {
    return String.join(
        "\n",
        "bootstrap.servers=" + bench.stack().kafkaBootstrapServers(),
        "group.id=bench-connect",
        "config.storage.topic=bench-connect-configs",
        "offset.storage.topic=bench-connect-offsets",
        "status.storage.topic=bench-connect-status",
        "config.storage.replication.factor=1",
        "offset.storage.replication.factor=1",
        "offset.storage.partitions=1",
        "status.storage.replication.factor=1",
        "status.storage.partitions=1",
        "key.converter=org.apache.kafka.connect.json.JsonConverter",
        "key.converter.schemas.enable=false",
        "value.converter=org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable=false",
        "connector.client.config.override.policy=All",
        "offset.flush.interval.ms=5000",
        "plugin.discovery=service_load",
        "listeners=http://127.0.0.1:" + port,
        "session.timeout.ms=6000",
        "heartbeat.interval.ms=1000",
        "");
  }

  private Map<String, String> source() {
    Map<String, String> environment = bench.environment();
    Map<String, String> source = new TreeMap<>();
    source.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    source.put("tasks.max", "1");
    source.put("database.hostname", environment.getOrDefault("PGHOST", ""));
    source.put("database.port", environment.getOrDefault("PGPORT", ""));
    source.put("database.dbname", environment.getOrDefault("PGDATABASE", ""));
    source.put("database.user", environment.getOrDefault("PGUSER", ""));
    source.put("database.password", environment.getOrDefault("PGPASSWORD", ""));
    source.put("topic.prefix", "bench");
    source.put("plugin.name", "pgoutput");
    source.put("slot.name", "bench_connect");
    source.put("publication.name", "bench_connect");
    source.put("publication.autocreate.mode", "filtered");
    source.put("table.include.list", "platform.user_sessions");
    source.put("message.key.columns", "platform.user_sessions:token");
    source.put("snapshot.mode", "initial");
    source.put("tombstones.on.delete", "false");
    source.put("poll.interval.ms", "10");
    source.put("max.batch.size", "8192");
    source.put("max.queue.size", "32768");
    source.put("transforms", "unwrap");
    source.put("transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState");
    source.put("producer.override.linger.ms", "5");
    source.put("producer.override.batch.size", "524288");
    source.put("topic.creation.default.partitions", "1");
    source.put("topic.creation.default.replication.factor", "1");
    return source;
  }

  private Map<String, String> sink() {
    Map<String, String> sink = new TreeMap<>();
    sink.put("connector.class", PlainRedisSink.class.getName());
    sink.put("tasks.max", "1");
    sink.put("topics", "bench.platform.user_sessions");
    sink.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    sink.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    sink.put(PlainRedisSinkTask.URL, bench.stack().redisUrl());
    sink.put("consumer.override.max.poll.records", "5000");
    sink.put("consumer.override.fetch.max.wait.ms", "10");
    sink.put("consumer.override.auto.offset.reset", "earliest");
    return sink;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String key(String token) {
    return PlainRedisSinkTask.KEY_PREFIX + token;
  }

  @Override
  public void start() {
    process.start();
  }

  /** The first time it is given its connectors; later it has them. */
  @Override
  public void awaitReady() throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isRunning()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("Connect does not work: " + process.logTail());
      }
      Thread.sleep(100);
    }
  }

  private boolean isRunning() throws InterruptedException {
    try {
      put(SINK, sink());
      put(SOURCE, source());
      return get("/connectors/" + SOURCE + "/status")
          .contains("\"tasks\":[{\"id\":0,\"state\":\"RUNNING\"");
    } catch (IOException e) {
      return false; // it still starts
    }
  }

  private void put(String name, Map<String, String> config)
      throws IOException, InterruptedException {
    if (!get("/connectors").contains(name)) {
      send(
          HttpRequest.newBuilder(uri("/connectors/" + name + "/config"))
              .header("Content-Type", "application/json")
              .PUT(BodyPublishers.ofString(json.writeValueAsString(config))));
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.body());
    }
    return answer.body();
  }

  @Override
  public void stop() {
    process.stop();
  }

  @Override
  public long peakKilobytes() {
    return ProcessUsage.of(process.pid()).mostKilobytes();
  }

  @Override
  public void close() {
    process.close();
  }
}
