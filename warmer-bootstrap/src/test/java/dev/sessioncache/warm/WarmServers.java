package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisInfo;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The servers of one test: tables in a database and a Redis database of their own. */
final class WarmServers implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Of the job's JVM, as the launcher has them. */
  static final List<String> FLAGS =
      List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final GuardSettings GUARD =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");

  final Stack stack;
  final SessionTables tables;
  final String redisUrl;
  final RedisConnection connection;
  final RedisClusterCommands<byte[], byte[]> redis;
  private final RedisConnections connections;
  private @Nullable Connection lock;

  WarmServers(Stack stack, String database, int redisDatabase) throws SQLException {
    this(stack, database, stack.redisUrl() + "/" + redisDatabase);
  }

  WarmServers(Stack stack, String database, String redisUrl) throws SQLException {
    this.stack = stack;
    this.tables = new SessionTables(stack, database);
    this.redisUrl = redisUrl;
    this.connections = new RedisConnections(RedisUrl.parse(redisUrl), "warm-it");
    this.connection = connections.open();
    this.redis = connection.sync();
    redis.flushdb();
  }

  @Override
  public void close() throws SQLException {
    redis.flushdb();
    connections.close();
    tables.close();
  }

  WarmRun warm(String... args) {
    return WarmRun.of(environment(), args);
  }

  /** Starts a warm as a process of its own, whose output goes to the log. */
  ChildProcess start(Path log, String... args) {
    return start(log, environment(), args);
  }

  ChildProcess start(Path log, Map<String, String> environment, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), WarmerBootstrap.class.getName()));
    command.addAll(List.of(args));
    ChildProcess warm = new ChildProcess(command, environment, log);
    warm.start();
    return warm;
  }

  /** Runs another command of the job. */
  WarmRun run(Callable<Integer> command, String... args) {
    return WarmRun.of(command, args);
  }

  Map<String, String> environment() {
    return Map.of("DATABASE_URL", tables.url, "REDIS_URL", redisUrl);
  }

  /** Starts a warm and returns when it has its snapshot and waits for its rows, or has ended. */
  CompletableFuture<WarmRun> warmAtTheFirstRow(String... args) throws SQLException {
    return warmHeldBackBy("platform.user_sessions", args);
  }

  /** The same; the other table may be written meanwhile. */
  CompletableFuture<WarmRun> warmHeldBackBy(String table, String... args) throws SQLException {
    lock = tables.locked(table);
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = "--json";
    CompletableFuture<WarmRun> run = CompletableFuture.supplyAsync(() -> warm(all));
    Awaitility.await("the warm waits for rows")
        .atMost(TIMEOUT)
        .until(() -> run.isDone() || tables.warmIsWaiting());
    return run;
  }

  void releaseRows() throws SQLException {
    Objects.requireNonNull(lock).close();
  }

  /** The line of the warm in Redis' list of clients. */
  String warmClient() {
    return redis
        .clientList()
        .lines()
        .filter(line -> line.contains("name=warmer-bootstrap"))
        .findAny()
        .orElse("");
  }

  /** Runs a CLIENT command that Lettuce does not have. */
  void client(String... words) {
    CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    List.of(words).forEach(args::add);
    redis.dispatch(CommandType.CLIENT, new StatusOutput<>(ByteArrayCodec.INSTANCE), args);
  }

  void streamWrites(GuardedWrite... writes) throws Exception {
    streamWrites(GUARD, writes);
  }

  void streamWrites(GuardSettings settings, GuardedWrite... writes) throws Exception {
    RedisConnection connection = connections.open();
    GuardedWriter writer = new GuardedWriter(connection, settings);
    writer.enter(new Generation(settings).current(connection));
    writer.write(List.of(writes)).toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    connection.close();
  }

  /** A position of the stream, by the transactions that changed the session and the user row. */
  static String position(long session, long user) {
    return new StreamPosition(1, 0, version(session), version(user)).encode();
  }

  private static RowVersion version(long transaction) {
    return new RowVersion(1, TransactionId.of(transaction));
  }

  /** The lowest transaction id that no snapshot taken now sees. */
  long nextTransaction() throws SQLException {
    return Long.parseLong(tables.query("select pg_snapshot_xmax(pg_current_snapshot())"));
  }

  /** Of Redis, bytes. */
  long usedMemory() {
    return RedisInfo.number(redis.info("memory"), "used_memory");
  }

  TreeSet<String> tokens() {
    TreeSet<String> tokens = new TreeSet<>();
    for (byte[] key : redis.keys("session:*")) {
      tokens.add(new String(key, UTF_8).substring("session:".length()));
    }
    return tokens;
  }

  String value(String token) {
    return new String(redis.get(key(token)), UTF_8);
  }

  static byte[] key(String token) {
    return ("session:" + token).getBytes(UTF_8);
  }
}
