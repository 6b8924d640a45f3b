package dev.sessioncache.endtoend;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An operator at Redis: a connection for each request, since servers come and go. */
final class RedisAdmin implements AutoCloseable {

  private static final Duration SILENT_AFTER = Duration.ofSeconds(1);

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final RedisClient client = RedisClient.create();
  private final String url;

  RedisAdmin(String url) {
    this.url = url;
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
  }

  <T> T ask(Function<RedisCommands<String, String>, T> question) {
    return ask(question, TIMEOUT);
  }

  private <T> T ask(Function<RedisCommands<String, String>, T> question, Duration timeout) {
    RedisURI server = RedisURI.create(url);
    server.setTimeout(timeout);
    try (StatefulRedisConnection<String, String> connection = client.connect(server)) {
      return question.apply(connection.sync());
    }
  }

  @Nullable String get(String key) {
    return ask(redis -> redis.get(key));
  }

  boolean answers() {
    try {
      return ask(RedisCommands::ping, SILENT_AFTER).equals("PONG");
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Which server process it is. */
  String runId() {
    return field(ask(redis -> redis.info("server")), "run_id");
  }

  /** Forgets all scripts; returns how many were known before and are after, at the same instant. */
  int[] flushScripts() {
    TransactionResult result =
        ask(
            redis -> {
              redis.multi();
              redis.info("memory");
              redis.scriptFlush();
              redis.info("memory");
              return redis.exec();
            });
    return new int[] {scripts(result.get(0)), scripts(result.get(2))};
  }

  private static int scripts(String info) {
    return Integer.parseInt(field(info, "number_of_cached_scripts"));
  }

  private static String field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
