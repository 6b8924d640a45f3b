package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.connect.ConnectWorker;
import dev.sessioncache.bench.connect.PlainRedisSink;
import dev.sessioncache.bench.connect.PlainRedisSinkTask;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Debezium in a worker of Kafka Connect, and {@link PlainRedisSink} in the same one. Set as
 * somebody would who knows them well: without schemas in the records, with a key that tells what
 * the sink needs, and, by what is asked of it, for throughput or for latency.
 */
public final class ConnectStream implements CachingFollower {

  private static final String NAME = "Debezium in Connect, plain sink";
  private static final String SOURCE = "bench-source";
  private static final String SINK = "bench-sink";

  private final Workbench bench;
  private final Map<String, String> pace;
  private final ConnectWorker worker;

  private ConnectStream(Workbench bench, Map<String, String> pace) throws IOException {
    this.bench = bench;
    this.pace = pace;
    this.worker = new ConnectWorker(bench, "bench-connect");
  }

  /** Set for a backlog: it asks every 10 ms, and waits for large batches. */
  static ConnectStream forThroughput(Workbench bench) throws IOException {
    return new ConnectStream(
        bench, Map.of("poll.interval.ms", "10", "producer.override.linger.ms", "5"));
  }

  /**
   * Set to hand on each change soon: it asks every 5 ms, as ours does, and waits for no batch. To
   * ask more often would cost it a core (docs/decisions/0018).
   */
  public static ConnectStream forLatency(Workbench bench) throws IOException {
    return new ConnectStream(
        bench, Map.of("poll.interval.ms", "5", "producer.override.linger.ms", "0"));
  }

  private Map<String, String> source() {
    Map<String, String> environment = bench.environment();
    Map<String, String> source = new TreeMap<>(pace);
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
    source.put("max.batch.size", "8192");
    source.put("max.queue.size", "32768");
    source.put("transforms", "unwrap");
    source.put("transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState");
    source.put("producer.override.batch.size", "524288");
    source.put("producer.override.enable.idempotence", "true"); // else one request at a time
    source.put("producer.override.max.in.flight.requests.per.connection", "5");
    source.put("topic.creation.default.partitions", "1");
    source.put("topic.creation.default.replication.factor", "1");
    return source;
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
    worker.start();
  }

  /** The first time it is given its connectors; later it has them. */
  @Override
  public void awaitReady() throws Exception {
    Map<String, String> sink = PlainRedisSink.settings(bench, "bench.platform.user_sessions", 1);
    worker.awaitRunning(Map.of(SINK, sink, SOURCE, source()));
  }

  @Override
  public void stop() {
    worker.stop();
  }

  @Override
  public long peakKilobytes() {
    return worker.peakKilobytes();
  }

  @Override
  public void close() {
    worker.close();
  }
}
