package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.FreePort;
import java.io.File;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A worker of Kafka Connect in distributed mode, in a JVM of its own: Kafka's and Debezium's jars
 * on its class path, our plugin in the directory that the build makes, the connector of
 * docs/deploy/connect. Only what differs in a test is put into the connector's configuration.
 */
final class ConnectWorker implements AutoCloseable {

  private static final Path PLUGINS = Path.of("..", "connect-transform", "target", "plugins");
  private static final Path CONNECTOR =
      Path.of("..", "docs", "deploy", "connect", "session-cache.json");
  private static final List<String> OURS =
      List.of("common-", "reader-", "warmer-bootstrap-", "connect-transform-");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Pipeline pipeline;
  private final int port = FreePort.find();
  private final ChildProcess process;

  ConnectWorker(Pipeline pipeline, String bootstrapServers, Path directory) throws IOException {
    this.pipeline = pipeline;
    Path properties = directory.resolve("connect.properties");
    Files.writeString(properties, properties(bootstrapServers));
    Path logging = directory.resolve("connect-logback.xml");
    Files.writeString(logging, LOGGING);
    DatabaseUrl database = DatabaseUrl.parse(pipeline.databaseUrl());
    this.process =
        new ChildProcess(
            command(logging, properties),
            Map.of(
                "SESSION_CACHE_DB_HOST", database.host(),
                "SESSION_CACHE_DB_PORT", Integer.toString(database.port()),
                "SESSION_CACHE_DB_NAME", database.database(),
                "SESSION_CACHE_DB_USER", database.jdbcProperties().getProperty("user"),
                "SESSION_CACHE_DB_PASSWORD", database.jdbcProperties().getProperty("password", "")),
            newLog());
  }

  private static final String LOGGING =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <logger name="io.debezium.connector.postgresql" level="info"/>
        <logger name="org.apache.kafka.connect.runtime.distributed" level="info"/>
        <root level="warn"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private String properties(String bootstrapServers) {
    return Stream.of(
            "bootstrap.servers=" + bootstrapServers,
            "group.id=" + pipeline.name + "-connect",
            "config.storage.topic=" + pipeline.name + "-connect-configs",
            "offset.storage.topic=" + pipeline.name + "-connect-offsets",
            "status.storage.topic=" + pipeline.name + "-connect-status",
            "config.storage.replication.factor=1",
            "offset.storage.replication.factor=1",
            "offset.storage.partitions=1",
            "status.storage.replication.factor=1",
            "status.storage.partitions=1",
            "key.converter=org.apache.kafka.connect.json.JsonConverter",
            "value.converter=org.apache.kafka.connect.json.JsonConverter",
            "exactly.once.source.support=enabled",
            "plugin.discovery=service_load",
            "plugin.path=" + PLUGINS.toAbsolutePath().normalize(),
            "config.providers=env",
            "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider",
            "listeners=http://127.0.0.1:" + port,
            "session.timeout.ms=6000",
            "heartbeat.interval.ms=1000")
        .collect(Collectors.joining("\n"));
  }

  /** Quick to start, as the stack's broker. */
  private static List<String> command(Path logging, Path properties) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dlogback.configurationFile=" + logging,
            "-cp",
            classPath(),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            properties.toString()));
    return command;
  }

  /** What a worker has: nothing of ours, which comes as a plugin. */
  private static String classPath() throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("target", "lib"))) {
      return jars.filter(jar -> OURS.stream().noneMatch(jar.getFileName().toString()::startsWith))
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private Path newLog() throws IOException {
    Path log =
        Files.createDirectories(Path.of("target", "processes"))
            .resolve(pipeline.name + "-connect.log")
            .toAbsolutePath();
    Files.deleteIfExists(log);
    return log;
  }

  void start() {
    process.start();
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
  }

  void awaitAnswers() {
    await("the worker answers")
        .atMost(Pipeline.SOON)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> get("/connectors").isPresent());
  }

  /** Gives it the connector, with what is the pipeline's own. */
  void create() throws IOException, InterruptedException {
    ObjectNode connector = (ObjectNode) json.readTree(Files.readString(CONNECTOR));
    ObjectNode config = (ObjectNode) connector.get("config");
    connector.put("name", pipeline.name);
    replace(config, "slot.name", pipeline.name);
    replace(config, "message.prefix.include.list", "session-cache-warmer[.]" + pipeline.name);
    replace(config, "topic.prefix", pipeline.name);
    replace(config, "transforms.changes.lanes", Integer.toString(Pipeline.LANES));
    replace(config, "transforms.changes.topics.prefix", pipeline.name);
    HttpResponse<String> answer =
        client.send(
            request("/connectors")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(connector.toString()))
                .build(),
            BodyHandlers.ofString(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static void replace(ObjectNode config, String name, String value) {
    assertThat(config.has(name)).as(name).isTrue();
    config.put(name, value);
  }

  /** What it answers is that it was asked for: the task ends later. */
  void stopConnector() throws IOException, InterruptedException {
    send(request("/connectors/" + pipeline.name + "/stop").PUT(BodyPublishers.noBody()));
  }

  /** Refused while the worker's group has not settled. */
  void deleteOffsets() {
    await("offsets deleted")
        .atMost(Pipeline.SOON)
        .untilAsserted(() -> send(request("/connectors/" + pipeline.name + "/offsets").DELETE()));
  }

  void resumeConnector() throws IOException, InterruptedException {
    send(request("/connectors/" + pipeline.name + "/resume").PUT(BodyPublishers.noBody()));
  }

  /** State and trace of its one task; empty when it has none. */
  String task() {
    return get("/connectors/" + pipeline.name + "/status")
        .map(status -> status.path("tasks").path(0))
        .map(task -> task.path("state").asText() + " " + task.path("trace").asText())
        .orElse("");
  }

  private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private Optional<JsonNode> get(String path) {
    try {
      HttpResponse<String> answer =
          client.send(request(path).GET().build(), BodyHandlers.ofString(UTF_8));
      return answer.statusCode() == 200
          ? Optional.of(json.readTree(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      assertThat(process.isAlive()).as(process.logTail()).isTrue();
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    process.close();
  }
}
