package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Redis tells of changes (<a
 * href="https://redis.io/docs/latest/develop/reference/client-side-caching/">client-side
 * caching</a>, over RESP3): it leaves L1. Thread-safe.
 */
final class Invalidations {

  private static final Logger log = LoggerFactory.getLogger(Invalidations.class);
  private static final String INVALIDATE = "invalidate";
  private static final long RESP3 = 3;

  private final KeyTemplate keys;
  private final LocalCache local;

  Invalidations(KeyTemplate keys, LocalCache local) {
    this.keys = keys;
    this.local = local;
  }

  /**
   * Has Redis tell what changes of all that is read over a connection from now on.
   *
   * @return whether it does: over RESP2 Redis takes the command, and tells nothing
   */
  static boolean begin(RedisConnection open, StatefulRedisConnection<byte[], byte[]> server) {
    if (!speaksResp3(open, server)) {
      return false;
    }
    open.await(server.async().clientTracking(TrackingArgs.Builder.enabled()));
    return true;
  }

  private static boolean speaksResp3(
      RedisConnection open, StatefulRedisConnection<byte[], byte[]> server) {
    List<Object> told =
        open.await(
            server
                .async()
                .dispatch(CommandType.HELLO, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE)));
    for (int i = 0; i + 1 < told.size(); i++) {
      if (told.get(i) instanceof byte[] name && Arrays.equals(name, "proto".getBytes(UTF_8))) {
        return told.get(i + 1).equals(RESP3);
      }
    }
    return false;
  }

  /**
   * On the thread that reads the connection, in the order of what is read: Lettuce <a
   * href="https://github.com/redis/lettuce/blob/7.7.0.RELEASE/src/main/java/io/lettuce/core/protocol/CommandHandler.java">tells
   * its listeners</a> before it reads on, and lets their exceptions go.
   */
  void pushed(PushMessage message) {
    try {
      if (INVALIDATE.equals(message.getType())) {
        changed(message.getContent());
      }
    } catch (RuntimeException e) {
      local.forgetAll();
      log.warn("event=reader_push_failed cause={}", e.getClass().getSimpleName());
    }
  }

  private void changed(List<Object> content) {
    if (content.size() > 1 && content.get(1) instanceof List<?> changed) {
      changed.forEach(key -> changed((ByteBuffer) key));
    } else {
      local.forgetAll(); // Redis was emptied
    }
  }

  private void changed(ByteBuffer key) {
    String text = UTF_8.decode(key.duplicate()).toString();
    if (keys.isKey(text)) {
      local.forget(keys.value(text));
    }
  }
}
