package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.redis.RedisInfo;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks whether a Redis holds what a topic says, key by key. */
final class ReplayedRedis implements AutoCloseable {

  private static final int AT_A_TIME = 2_000;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;

  ReplayedRedis(String url) {
    this.client = RedisClient.create(url);
    this.connection = client.connect(ByteArrayCodec.INSTANCE);
  }

  RedisCommands<byte[], byte[]> commands() {
    return connection.sync();
  }

  /** Every live session with its value, and no other. */
  void assertHolds(EntriesTopic topic) {
    List<Map.Entry<Integer, Integer>> live = new ArrayList<>(topic.live().entrySet());
    for (int from = 0; from < live.size(); from += AT_A_TIME) {
      var part = live.subList(from, Math.min(live.size(), from + AT_A_TIME));
      byte[][] keys =
          part.stream().map(one -> topic.key(one.getKey()).getBytes(UTF_8)).toArray(byte[][]::new);
      List<KeyValue<byte[], byte[]>> values = commands().mget(keys);
      for (int i = 0; i < part.size(); i++) {
        byte[] value = values.get(i).getValueOrElse(new byte[0]);
        assertThat(new String(value, UTF_8))
            .isEqualTo(EntriesTopic.document(part.get(i).getKey(), part.get(i).getValue()));
      }
    }
    assertThat(values(topic)).as("values").isEqualTo(live.size());
  }

  /** How many values there are; a removed session has a guard and no value. */
  long values(EntriesTopic topic) {
    long guards = topic.live().size() + topic.gone().size();
    long ours = 2 + commands().keys("*priority:*").size(); // generation, status
    return commands().dbsize() - guards - ours;
  }

  /** What the server has used, of user and system. */
  double cpuSeconds() {
    String info = commands().info("cpu");
    return Stream.of("used_cpu_user", "used_cpu_sys")
        .map(field -> RedisInfo.field(info, field).orElseThrow())
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
