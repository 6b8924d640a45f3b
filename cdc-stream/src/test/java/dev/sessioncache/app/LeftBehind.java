package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** All that a run has left anywhere but in Postgres, as texts with the kind of their place. */
final class LeftBehind {

  /** Where something was left. */
  enum Place {
    RECORD_KEY,
    RECORD_VALUE,
    RECORD_HEADER,
    TOPIC_NAME,
    REDIS_KEY,
    REDIS_VALUE,
    STATE_FILE,
    LOG,
    OUTPUT,
    HTTP,
    COMMAND_LINE
  }

  private record Text(Place place, String where, String text) {}

  private final List<Text> texts = new ArrayList<>();

  void add(Place place, String where, String text) {
    texts.add(new Text(place, where, text));
  }

  private void add(Place place, String where, byte[] bytes) {
    add(place, where, new String(bytes, ISO_8859_1)); // every byte a character
  }

  /** All records of all topics of a prefix, and what groups have committed. */
  void topics(Stack stack, String prefix) throws ExecutionException, InterruptedException {
    List<TopicPartition> all = new ArrayList<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrapServers()))) {
      List<String> names =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().stream()
              .filter(name -> name.startsWith(prefix) || name.equals("__consumer_offsets"))
              .toList();
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        add(Place.TOPIC_NAME, "topics", topic.name());
        topic
            .partitions()
            .forEach(each -> all.add(new TopicPartition(topic.name(), each.partition())));
      }
    }
    for (ConsumerRecord<String, byte[]> record : new TopicReader(stack).all(all)) {
      String where = record.topic() + " " + record.partition() + " " + record.offset();
      add(Place.RECORD_KEY, where, record.key() == null ? "" : record.key());
      add(Place.RECORD_VALUE, where, record.value() == null ? new byte[0] : record.value());
      for (Header header : record.headers()) {
        add(Place.RECORD_HEADER, where + " " + header.key(), header.value());
      }
    }
  }

  static void emptyRedis(String url) {
    try (RedisClient client = RedisClient.create(url)) {
      client.connect().sync().flushall();
    }
  }

  /** All keys and values of a Redis, of every type. */
  void redis(String url) {
    try (RedisClient client = RedisClient.create(url)) {
      RedisCommands<String, String> redis = client.connect().sync();
      ScanIterator.scan(redis).stream().forEach(key -> add(redis, key));
    }
  }

  private void add(RedisCommands<String, String> redis, String key) {
    add(Place.REDIS_KEY, key, key);
    String value =
        switch (redis.type(key)) {
          case "string" -> redis.get(key);
          case "zset" -> redis.zrange(key, 0, -1).toString();
          case "hash" -> redis.hgetall(key).toString();
          case "list" -> redis.lrange(key, 0, -1).toString();
          case "set" -> redis.smembers(key).toString();
          case "none" -> ""; // it has lapsed
          default -> throw new AssertionError("a type that nobody looks into: " + key);
        };
    add(Place.REDIS_VALUE, key, value == null ? "" : value);
  }

  /** All files below a directory. */
  void files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(Place.STATE_FILE, file.toString(), Files.readAllBytes(file));
      }
    }
  }

  /** Of a process that is alive. */
  void commandLine(long pid) {
    try {
      add(
          Place.COMMAND_LINE,
          "pid " + pid,
          Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void log(Path file) throws IOException {
    add(Place.LOG, file.toString(), Files.readString(file, UTF_8));
  }

  /** Where a text stands. */
  List<Place> placesOf(String text) {
    return matching(text).map(Text::place).distinct().sorted().toList();
  }

  /** Fails where one of the texts stands, and says where that is. */
  void assertNowhere(List<String> secrets) {
    for (String secret : secrets) {
      assertThat(matching(secret).map(each -> each.place() + " " + each.where()).limit(5))
          .as(secret)
          .isEmpty();
    }
  }

  private Stream<Text> matching(String secret) {
    return texts.stream().filter(each -> each.text().contains(secret));
  }

  /** That there is something of every kind of place: else nothing was looked at. */
  void assertLookedEverywhere() {
    assertThat(texts.stream().filter(each -> !each.text().isEmpty()).map(Text::place).distinct())
        .containsExactlyInAnyOrder(Place.values());
  }
}
