package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.RequestCount;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.FreePort;
import dev.sessioncache.localstack.ProcessUsage;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Debezium Server with its own sink into a Redis stream, without Kafka. That is no cache yet:
 * somebody has to read the stream and to write the values. Set as somebody would who knows it well:
 * large batches, offsets that are not written with each of them, no schemas, rows only.
 */
final class DebeziumServer implements Follower {

  private static final String NAME = "Debezium Server, Redis stream";
  private static final String SLOT = "bench_server";
  private static final String STREAM = "server.platform.user_sessions";

  /** Names the JVM it is to run on, for it needs a newer one than we do. */
  private static final String JAVA_HOME = "DEBEZIUM_JAVA_HOME";

  private static final int LEAST_JAVA = 21;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long LOOK_EVERY_MILLIS = 100;

  private final Workbench bench;
  private final ChildProcess process;

  /**
   * Starts nothing yet.
   *
   * @param distribution the unpacked {@code io.debezium:debezium-server-dist}
   */
  DebeziumServer(Workbench bench, Path distribution) throws IOException {
    this.bench = bench;
    Path directory = bench.directory().resolve("debezium-server");
    Files.createDirectories(directory.resolve("config"));
    Files.writeString(
        directory.resolve("config").resolve("application.properties"), settings(directory));
    this.process =
        new ChildProcess(
            List.of(
                "/bin/sh",
                "-c",
                "cd \"$0\" && exec \"$@\"", // where it looks for its settings
                directory.toString(),
                java(),
                "-Xmx1g",
                "-cp",
                runner(distribution) + ":" + distribution.resolve("lib").toAbsolutePath() + "/*",
                "io.debezium.server.Main"),
            Map.of(),
            bench.log("debezium-server"));
  }

  private static String java() {
    String home = System.getenv(JAVA_HOME);
    if (home == null && Runtime.version().feature() < LEAST_JAVA) {
      throw new IllegalStateException(
          "Debezium Server needs Java %d: name one in %s".formatted(LEAST_JAVA, JAVA_HOME));
    }
    return Path.of(home == null ? System.getProperty("java.home") : home, "bin", "java").toString();
  }

  private static Path runner(Path distribution) throws IOException {
    try (Stream<Path> files = Files.list(distribution)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
          .findFirst()
          .map(Path::toAbsolutePath)
          .orElseThrow(() -> new IOException("there is no Debezium Server in " + distribution));
    }
  }

  private String settings(Path directory) {
    Map<String, String> environment = bench.environment();
    return String.join(
        "\n",
        "debezium.sink.type=redis",
        "debezium.sink.redis.address=127.0.0.1:" + environment.get("REDIS_PORT"),
        "debezium.sink.redis.batch.size=2000",
        "debezium.sink.redis.memory.threshold.percentage=0",
        "debezium.format.key=json",
        "debezium.format.key.schemas.enable=false",
        "debezium.format.value=json",
        "debezium.format.value.schemas.enable=false",
        "debezium.transforms=unwrap",
        "debezium.transforms.unwrap.type=io.debezium.transforms.ExtractNewRecordState",
        "debezium.source.connector.class=io.debezium.connector.postgresql.PostgresConnector",
        "debezium.source.offset.storage=org.apache.kafka.connect.storage.FileOffsetBackingStore",
        "debezium.source.offset.storage.file.filename=" + directory.resolve("offsets"),
        "debezium.source.offset.flush.interval.ms=5000",
        "debezium.source.database.hostname=" + environment.get("PGHOST"),
        "debezium.source.database.port=" + environment.get("PGPORT"),
        "debezium.source.database.dbname=" + environment.get("PGDATABASE"),
        "debezium.source.database.user=" + environment.get("PGUSER"),
        "debezium.source.database.password=" + environment.get("PGPASSWORD"),
        "debezium.source.topic.prefix=server",
        "debezium.source.plugin.name=pgoutput",
        "debezium.source.slot.name=" + SLOT,
        "debezium.source.publication.name=" + SLOT,
        "debezium.source.publication.autocreate.mode=filtered",
        "debezium.source.table.include.list=platform.user_sessions",
        "debezium.source.message.key.columns=platform.user_sessions:token",
        "debezium.source.snapshot.mode=no_data",
        "debezium.source.tombstones.on.delete=false",
        "debezium.source.poll.interval.ms=10",
        "debezium.source.max.batch.size=8192",
        "debezium.source.max.queue.size=32768",
        "quarkus.http.host=127.0.0.1",
        "quarkus.http.port=" + FreePort.find(),
        "");
  }

  @Override
  public String name() {
    return NAME;
  }

  /** By the last entry. */
  @Override
  public boolean isAt(Workbench bench, List<String> tokens, long count) {
    RedisCommands<String, String> redis = bench.redis().sync();
    List<StreamMessage<String, String>> last =
        redis.xrevrange(STREAM, Range.unbounded(), Limit.from(1));
    String token = tokens.get(tokens.size() - 1);
    return last.stream()
        .flatMap(entry -> entry.getBody().values().stream())
        .anyMatch(row -> row.contains(token) && RequestCount.isAt(row, count));
  }

  @Override
  public void start() {
    bench.redis().sync().del(STREAM);
    process.start();
  }

  @Override
  public void awaitReady() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!hasSlot()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("Debezium Server does not work: " + process.logTail());
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private boolean hasSlot() throws SQLException {
    return bench
        .ask(
            "select exists (select from pg_replication_slots where active and slot_name = '%s')"
                .formatted(SLOT))
        .equals("t");
  }

  @Override
  public void stop() {
    process.stop();
    bench.redis().sync().del(STREAM);
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
