package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: signals, exit codes, and all that it prints. */
@ExtendWith(StackExtension.class)
class WarmProcessIT {

  private final String redisUrl;
  private final SessionTables tables;
  private final RedisConnections connections;
  private final RedisClusterCommands<byte[], byte[]> redis;

  @TempDir private Path directory = Path.of("");

  WarmProcessIT(Stack stack) throws SQLException {
    redisUrl = stack.redisUrl() + "/7";
    tables = new SessionTables(stack, "warm_process_it");
    connections = new RedisConnections(RedisUrl.parse(redisUrl), "warm-process-it");
    redis = connections.open().sync();
    redis.flushdb();
  }

  @AfterEach
  void close() throws SQLException {
    redis.flushdb();
    connections.close();
    tables.close();
  }

  @Test
  void shouldFinishBatchesAndReportWhenTerminated() throws Exception {
    tables.addLive("s", 500);
    Process process = start("--json", "--batch-size", "10", "--pause", "1m");
    Awaitility.await("the first batch is written")
        .atMost(WarmServers.TIMEOUT)
        .until(() -> redis.dbsize() > 2);

    process.destroy();

    assertThat(process.waitFor(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    WarmRun run = new WarmRun(process.exitValue(), out(), "");
    long written = Long.parseLong(run.json("/written"));
    assertThat(written).isBetween(10L, 490L);
    assertThat(redis.dbsize())
        .as("values, guards, the generation and the warm's record")
        .isEqualTo(2 * written + 2);
  }

  @Test
  void shouldKeepTokensAndPersonalDataOutOfEverythingItPrints() throws Exception {
    tables.addLive("token-secret-", 20);
    tables.add("token-secret in two", 1, "now()", "now() + interval '1 day'", "null");
    Process process = start("--verbose");

    assertThat(process.waitFor(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).isZero();
    assertThat(redis.dbsize()).isEqualTo(42);
    assertThat(out()).contains("warmed").doesNotContain("token-secret", "private");
    assertThat(err())
        .contains("event=session_skipped kind=unusable_key", "database.url = postgres://")
        .doesNotContain("token-secret", "private", password());
  }

  private Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(WarmServers.FLAGS);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), WarmerBootstrap.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DATABASE_URL", tables.url);
    builder.environment().put("REDIS_URL", redisUrl);
    return builder.redirectOutput(file("out")).redirectError(file("err")).start();
  }

  private File file(String name) {
    return directory.resolve(name).toFile();
  }

  private String out() throws IOException {
    return Files.readString(directory.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  private String password() {
    return tables.url.replaceFirst(".*://[^:]*:([^@]*)@.*", "$1");
  }
}
