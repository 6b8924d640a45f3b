package dev.sessioncache.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.demo.check.Documents;
import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.DatabaseClock;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Stands in for the programs in tests of {@code up}: copies all live sessions from Postgres to
 * Redis, once as {@code warm}, again and again as {@code stream}, and looks there as {@code
 * validate}; with {@code spoil} it also writes a session that nobody has.
 */
public final class Mirror {

  private final Database database;
  private final RedisCommands<String, String> redis;
  private Set<String> written = new HashSet<>();

  private Mirror(Database database, RedisCommands<String, String> redis) {
    this.database = database;
    this.redis = redis;
  }

  public static void main(String[] args) throws Exception {
    Database database = Database.at(System.getenv().getOrDefault("DATABASE_URL", ""));
    try (Cache cache = Cache.at(System.getenv().getOrDefault("REDIS_URL", ""));
        Connection connection = database.connect()) {
      Mirror mirror = new Mirror(database, cache.connect().sync());
      if (args[0].equals("warm")) {
        mirror.copy();
        System.out.printf(
            "{\"read\":%1$d,\"written\":%1$d,\"rejected\":0,\"seconds\":0.5,"
                + "\"first_write_ms\":100}%n",
            mirror.written.size());
        return;
      }
      if (args[0].equals("validate")) {
        mirror.validate();
        return;
      }
      if (args[args.length - 1].equals("spoil")) {
        mirror.redis.set(Cache.key("nobody"), "{}", SetArgs.Builder.ex(60));
      }
      while (true) {
        mirror.streamOnce(connection);
      }
    }
  }

  private void validate() throws IOException {
    BufferedReader tokens = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String token = tokens.readLine(); token != null; token = tokens.readLine()) {
      System.out.println(
          redis.exists(Cache.key(token)) == 1 ? "valid l2 0.1 ms" : "invalid postgres 0.1 ms");
    }
  }

  private void streamOnce(Connection connection) throws Exception {
    Instant at = DatabaseClock.read(connection);
    copy();
    redis.set(
        "warmer:status:capture",
        "{\"mode\":\"continued\",\"reason\":\"test\",\"baseline\":3,\"changes\":5}");
    redis.set(
        "warmer:status:apply",
        "{\"entries\":4,\"accepted\":3,\"rejected\":1,\"lanes\":2,\"latency_ms\":{}}");
    redis.set("warmer:watermark:0", "{\"at_ms\":" + at.toEpochMilli() + "}");
    redis.set("warmer:watermark:1", "{\"at_ms\":" + at.toEpochMilli() + "}");
  }

  private void copy() throws Exception {
    Map<String, Documents.Live> live = Documents.allLive(database);
    for (Map.Entry<String, Documents.Live> entry : live.entrySet()) {
      long ttl = Math.min(entry.getValue().millisLeft(), Cache.LEASE.toMillis());
      if (ttl > 0) {
        redis.set(Cache.key(entry.getKey()), entry.getValue().document(), SetArgs.Builder.px(ttl));
      }
    }
    written.removeAll(live.keySet());
    written.forEach(token -> redis.del(Cache.key(token)));
    written = new HashSet<>(live.keySet());
  }
}
