package dev.sessioncache.bench.size;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.redis.RedisInfo;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;

/** Where the bytes of a stream are, and how many. */
final class Places implements AutoCloseable {

  private static final String INDEXES = "warmer:priority:*";

  private final Workbench bench;
  private final Path state;
  private final Admin kafka;

  /**
   * @param state the directory of the stream's state
   */
  Places(Workbench bench, Path state) {
    this.bench = bench;
    this.state = state;
    this.kafka = Admin.create(Map.of("bootstrap.servers", bench.stack().kafkaBootstrapServers()));
  }

  /** In all places, bytes. */
  Map<String, Long> all() throws Exception {
    Map<String, Long> bytes = new TreeMap<>(topics());
    long index =
        bench.redis().sync().keys(INDEXES).stream()
            .mapToLong(key -> Objects.requireNonNullElse(bench.redis().sync().memoryUsage(key), 0L))
            .sum();
    bytes.put("Redis: index of priorities", index);
    bytes.put(
        "Redis: values and guards",
        RedisInfo.number(bench.redis().sync().info("memory"), "used_memory") - index);
    bytes.put("disk of the stream: state", stateBytes());
    return bytes;
  }

  /** In the logs of Kafka, of one replica: the bench has one broker. */
  Map<String, Long> topics() throws ExecutionException, InterruptedException {
    List<Integer> brokers = kafka.describeCluster().nodes().get().stream().map(Node::id).toList();
    Map<String, Long> bytes = new TreeMap<>();
    for (Map<String, LogDirDescription> directories :
        kafka.describeLogDirs(List.of(brokers.get(0))).allDescriptions().get().values()) {
      for (LogDirDescription directory : directories.values()) {
        directory
            .replicaInfos()
            .forEach((part, log) -> bytes.merge(place(part.topic()), log.size(), Long::sum));
      }
    }
    return bytes;
  }

  private static String place(String topic) {
    if (topic.endsWith("-changelog")) {
      return "Kafka: changelogs of the state";
    }
    return topic.endsWith(".changes") || topic.endsWith(".entries")
        ? "Kafka: " + topic.substring(topic.lastIndexOf('.') + 1)
        : "Kafka: other topics";
  }

  private long stateBytes() throws IOException {
    AtomicLong bytes = new AtomicLong();
    Files.walkFileTree(
        state,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // RocksDB deletes what it has merged
          }
        });
    return bytes.get();
  }

  @Override
  public void close() {
    kafka.close();
  }
}
