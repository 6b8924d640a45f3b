package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A warm through TLS, and as the user that docs/redis-keys.md describes. */
@ExtendWith(StackExtension.class)
class WarmSecurelyIT {

  private final LocalRedis redis = LocalRedis.startWithTls(RedisVersion.V6_2, "localhost");
  private final WarmServers servers;

  WarmSecurelyIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_securely_it", redis.url());
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
    redis.close();
  }

  @Test
  void shouldWarmThroughTls() throws SQLException {
    servers.tables.addLive("live", 10);

    WarmRun run =
        WarmRun.of(environment(redis.tlsUrl()), "--set", "redis.ca=" + redis.certificate());

    assertThat(run.exit()).isZero();
    assertThat(servers.tokens()).hasSize(10);
  }

  @Test
  void shouldSayInOneLineThatTheCertificateIsNotTrusted() {
    WarmRun run = WarmRun.of(environment(redis.tlsUrl()), "--quiet");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("redis.ca");
  }

  /** All that the commands do is allowed to it, and nothing else. */
  @Test
  void shouldWorkAsTheDocumentedUser() throws Exception {
    servers.tables.addLive("live", 10);
    runLine(documentedUser());
    Map<String, String> environment =
        environment(redis.url().replace("redis://", "redis://warmer:a-long-password@"));

    WarmRun first = WarmRun.of(environment);
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(servers.tokens()).hasSize(10);
    servers.redis.del("session:live3".getBytes(UTF_8));
    WarmRun incremental = WarmRun.of(environment, "--incremental", "--json", "--quiet");
    assertThat(incremental.json("/written")).isEqualTo("1");
    WarmRun stats = servers.run(new Stats(environment), "--json");
    assertThat(stats.exit()).isZero();
    assertThat(stats.json("/sessions")).isEqualTo("10");
    assertThat(servers.run(new Estimate(environment)).exit()).isZero();
    assertThat(denied()).isSubsetOf("client"); // SETINFO, which this Redis does not know
  }

  private Map<String, String> environment(String redisUrl) {
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("REDIS_URL", redisUrl);
    return environment;
  }

  private static String documentedUser() throws Exception {
    return Files.readAllLines(Path.of("..", "docs", "redis-keys.md")).stream()
        .filter(line -> line.strip().startsWith("ACL SETUSER"))
        .findFirst()
        .orElseThrow()
        .strip();
  }

  private void runLine(String line) {
    CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    Arrays.stream(line.split(" ")).skip(1).forEach(args::add);
    servers.redis.dispatch(CommandType.ACL, new StatusOutput<>(ByteArrayCodec.INSTANCE), args);
  }

  /** What Redis has refused. */
  private List<String> denied() {
    return servers.redis.aclLog().stream()
        .map(entry -> String.valueOf(entry.get("object")))
        .distinct()
        .toList();
  }
}
