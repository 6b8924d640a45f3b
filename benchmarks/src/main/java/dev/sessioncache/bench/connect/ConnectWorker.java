package dev.sessioncache.bench.connect;

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

/**
 * A worker of Kafka Connect in distributed mode, in a JVM of its own. It writes records without
 * schemas. Used by one thread.
 */
public final class ConnectWorker implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long LOOK_EVERY_MILLIS = 100;

  private final int port = FreePort.find();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final ChildProcess process;

  /**
   * Starts nothing yet.
   *
   * @param group of workers, which is this one alone; it keeps its connectors in topics of that
   *     name
   */
  public ConnectWorker(Workbench bench, String group) throws IOException {
    Path properties = bench.directory().resolve(group + ".properties");
    Files.writeString(properties, settings(bench, group));
    this.process =
        new ChildProcess(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20", // as Kafka's scripts say
                "-Dlogback.configurationFile=dev/sessioncache/demo/demo-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.kafka.connect.cli.ConnectDistributed",
                properties.toString()),
            Map.of(),
            bench.log(group));
  }

  private String settings(Workbench bench, String group) {
    return String.join(
        "\n",
        "bootstrap.servers=" + bench.stack().kafkaBootstrapServers(),
        "group.id=" + group,
        "config.storage.topic=" + group + "-configs",
        "offset.storage.topic=" + group + "-offsets",
        "status.storage.topic=" + group + "-status",
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

  /** Starts it; does not wait for it. */
  public void start() {
    process.start();
  }

  /**
   * Waits until it answers and runs all tasks of these connectors. It is given those that it does
   * not have.
   *
   * @param connectors settings by name
   */
  public void awaitRunning(Map<String, Map<String, String>> connectors)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!areRunning(connectors)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("Connect does not work: " + process.logTail());
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private boolean areRunning(Map<String, Map<String, String>> connectors)
      throws InterruptedException {
    try {
      String known = get("/connectors");
      for (Map.Entry<String, Map<String, String>> connector : connectors.entrySet()) {
        if (!known.contains('"' + connector.getKey() + '"')) {
          add(connector.getKey(), connector.getValue());
        }
      }
      for (String name : connectors.keySet()) {
        String tasks =
            json.readTree(get("/connectors/" + name + "/status")).path("tasks").toString();
        if (!tasks.contains("RUNNING") || tasks.matches(".*(UNASSIGNED|FAILED|RESTARTING).*")) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // it still starts
    }
  }

  /** Gives it a connector; does not wait for its tasks. */
  public void add(String name, Map<String, String> settings)
      throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(uri("/connectors/" + name + "/config"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json.writeValueAsString(settings))));
  }

  /** Takes a connector away from it. */
  public void remove(String name) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(uri("/connectors/" + name)).DELETE());
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

  /** Ends it in an orderly way. */
  public void stop() {
    process.stop();
  }

  /** The most that it has had resident since it was started, kB. */
  public long peakKilobytes() {
    return ProcessUsage.of(process.pid()).mostKilobytes();
  }

  @Override
  public void close() {
    process.close();
  }
}
