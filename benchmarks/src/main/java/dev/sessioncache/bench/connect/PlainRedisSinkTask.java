package dev.sessioncache.bench.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * Writes each value as it is, under the token that its key names: pipelined {@code SET} with a time
 * to live. No guard, no join with the user, no look at whether the session is live.
 */
public final class PlainRedisSinkTask extends SinkTask {

  public static final String URL = "redis.url";
  public static final String KEY_PREFIX = "connect:session:";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TOKEN = "\"token\":\"";
  private static final SetArgs LEASE = SetArgs.Builder.px(300_000);

  private @Nullable RedisClient client;
  private @Nullable StatefulRedisConnection<byte[], byte[]> redis;

  @Override
  public void start(Map<String, String> settings) {
    RedisClient made = RedisClient.create(settings.get(URL));
    client = made;
    redis = made.connect(ByteArrayCodec.INSTANCE);
    redis.setAutoFlushCommands(false);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    StatefulRedisConnection<byte[], byte[]> open = redis;
    if (open == null || records.isEmpty()) {
      return;
    }
    List<RedisFuture<?>> writes = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      byte[] key = (KEY_PREFIX + token((String) record.key())).getBytes(UTF_8);
      writes.add(
          record.value() == null
              ? open.async().del(key)
              : open.async().set(key, (byte[]) record.value(), LEASE));
    }
    open.flushCommands();
    if (!LettuceFutures.awaitAll(PATIENCE, writes.toArray(new RedisFuture<?>[0]))) {
      throw new IllegalStateException("Redis does not answer");
    }
  }

  /** Of a key such as {@code {"token":"abc"}}. */
  private static String token(String key) {
    int begin = key.indexOf(TOKEN) + TOKEN.length();
    return key.substring(begin, key.indexOf('"', begin));
  }

  @Override
  public void stop() {
    if (client != null) {
      client.shutdown();
    }
  }

  @Override
  public String version() {
    return "1";
  }
}
