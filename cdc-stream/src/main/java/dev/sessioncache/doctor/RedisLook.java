package dev.sessioncache.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.SameTokenHash;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.redis.EvictionPolicy;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisInfo;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.redis.RedisTime;
import dev.sessioncache.warm.StreamState;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at Redis. */
final class RedisLook {

  private static final long USUAL_LAG_MILLIS = 5_000;
  private static final double FULL = 0.9;
  private static final double MIB = 1024 * 1024;
  private static final byte[] NO_SCRIPT = "return 1".getBytes(UTF_8);

  private final Configuration configuration;

  RedisLook(Configuration configuration) {
    this.configuration = configuration;
  }

  List<Finding> findings() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(0, Finding.of("redis", () -> look(findings)));
    return findings;
  }

  private Finding look(List<Finding> findings) throws InterruptedException {
    try (RedisConnections connections =
        new RedisConnections(
            configuration.get(RedisSettings.class), "session-cache-warmer:doctor")) {
      RedisConnection redis = connections.open();
      findings.add(Finding.of("redis-access", () -> access(redis)));
      findings.add(Finding.of("rights", () -> rights(redis.sync())));
      findings.add(Finding.of("eviction", () -> eviction(redis)));
      findings.add(Finding.of("memory", () -> memory(redis)));
      findings.add(Finding.of("stream", () -> stream(redis)));
      List<String> versions =
          redis.askAll(server -> server.info("server")).stream()
              .map(info -> RedisInfo.field(info, "redis_version").orElse("unknown"))
              .distinct()
              .toList();
      return Finding.ok("redis", "version " + String.join(", ", versions));
    }
  }

  /** Of what our programs do there, as far as it can be tried without changing anything. */
  private Finding rights(RedisClusterCommands<byte[], byte[]> redis) {
    GuardSettings guard = configuration.get(GuardSettings.class);
    byte[] watermark = guard.watermarkKey(0).getBytes(UTF_8);
    byte[] priority = guard.priorityKey(0).getBytes(UTF_8);
    Map<String, Runnable> tries = new LinkedHashMap<>();
    tries.put("GET", () -> redis.get(watermark));
    tries.put("PTTL", () -> redis.pttl(watermark));
    tries.put("EXISTS", () -> redis.exists(watermark));
    tries.put("ZCARD", () -> redis.zcard(priority));
    tries.put("ZREVRANGE", () -> redis.zrevrange(priority, 0, 0));
    tries.put("DBSIZE", redis::dbsize);
    tries.put("TIME", redis::time);
    tries.put("EVAL", () -> redis.eval(NO_SCRIPT, ScriptOutputType.INTEGER, watermark));
    List<String> refused = new ArrayList<>();
    tries.forEach(
        (command, attempt) -> {
          try {
            attempt.run();
          } catch (RedisCommandExecutionException e) {
            refused.add(command);
          }
        });
    return refused.isEmpty()
        ? Finding.ok("rights", "what was tried is allowed")
        : Finding.failed(
            "rights",
            "Redis refuses "
                + String.join(", ", refused)
                + ": give our user the rights of docs/redis-keys.md");
  }

  private static Finding eviction(RedisConnection redis) {
    EvictionPolicy.check(redis);
    return Finding.ok("eviction", "nothing is evicted");
  }

  private static Finding memory(RedisConnection redis) {
    long used = RedisInfo.usedMemory(redis);
    long most = RedisInfo.maxMemory(redis);
    if (most == 0) {
      return Finding.ok("memory", "%,.0f MiB used, no maxmemory".formatted(used / MIB));
    }
    String words = "%,.0f of %,.0f MiB used".formatted(used / MIB, most / MIB);
    return used > FULL * most
        ? Finding.warning("memory", words + ": raise maxmemory, or lower keep.budget")
        : Finding.ok("memory", words);
  }

  private Finding stream(RedisConnection redis) {
    GuardSettings guard = configuration.get(GuardSettings.class);
    SameTokenHash.check(redis, guard, configuration.get(MappingSettings.class).tokens());
    StreamState state = StreamState.read(redis.sync(), guard, RedisTime.of(redis));
    if (redis.sync().exists(guard.statusKey("apply").getBytes(UTF_8)) == 0) {
      return Finding.warning(
          "stream",
          "no process of it has been heard of for 10 s, so readers ask Postgres: start warmer stream");
    }
    if (state.isLive() && state.lagMillis() > USUAL_LAG_MILLIS) {
      return Finding.warning(
          "stream", state.words() + ", usual are 2 s: look at what else is not well here");
    }
    return state.isLive()
        ? Finding.ok("stream", state.words())
        : Finding.warning(
            "stream",
            state.words()
                + ": readers ask Postgres. It catches up by itself once all servers answer");
  }

  /** How it is reached, and whether our user may do more than it has to. */
  private Finding access(RedisConnection redis) {
    RedisUrl url = configuration.get(RedisSettings.class).url();
    List<URI> servers = url.servers().stream().map(URI::create).toList();
    boolean local = servers.stream().allMatch(server -> Access.isLocal(server.getHost()));
    boolean encrypted = servers.stream().allMatch(server -> server.getScheme().equals("rediss"));
    boolean known = servers.stream().allMatch(server -> server.getUserInfo() != null);
    return new Access("redis-access", local)
        .needs(encrypted, "TLS", "no TLS: say rediss:// in REDIS_URL")
        .needs(known, "a login", "no login: give Redis a user for us")
        .must(
            !(known && mayConfigure(redis)),
            "our user may do more than it has to: give it the rights of docs/redis-keys.md")
        .finding();
  }

  private static boolean mayConfigure(RedisConnection redis) {
    try {
      redis.sync().configGet("maxmemory-policy");
      return true;
    } catch (RedisCommandExecutionException e) {
      return false;
    }
  }
}
