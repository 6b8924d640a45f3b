package dev.sessioncache.localstack;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis Cluster of three masters as child processes, and as many replicas as are added. Their
 * data is thrown away. Owned by the one who started it.
 */
public final class LocalRedisCluster implements AutoCloseable {

  private static final int MASTERS = 3;
  private static final String HOST = "127.0.0.1";

  /** Redis' own rule for the port on which the servers talk to each other. */
  private static final int BUS_PORT_DISTANCE = 10_000;

  private static final String NODE_TIMEOUT = "cluster-node-timeout";

  /** Longer than a server stands still on a busy machine, which must not bring the cluster down. */
  private static final String PATIENT_MILLIS = "10000";

  /** For who waits until a replica takes over. */
  private static final String FAILOVER_MILLIS = "2000";

  private static final int ATTEMPTS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final StackDirectory directory;
  private final Ports ports;
  private final RedisVersion version;
  private final List<LocalServer> servers = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>();
  private final RedisClient client = RedisClient.create();

  private LocalRedisCluster(StackDirectory directory, RedisVersion version) {
    this.directory = directory;
    this.ports = new Ports(directory.path("ports"));
    this.version = version;
  }

  /**
   * Returns when all slots are served.
   *
   * @throws StackException when a server does not come up, or its program is not on the class path
   */
  public static LocalRedisCluster start(RedisVersion version) {
    LocalRedisCluster cluster =
        new LocalRedisCluster(StackDirectory.open(StackOptions.temporary()), version);
    try {
      for (int i = 0; i < MASTERS; i++) {
        cluster.startServer();
      }
      cluster.join();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startServer() {
    String name = "redis-" + servers.size();
    int port = port(name);
    LocalServer server =
        new LocalServer(
            new RedisProgram(
                directory,
                name,
                port,
                version,
                List.of("--cluster-enabled", "yes", "--" + NODE_TIMEOUT, PATIENT_MILLIS)),
            directory);
    servers.add(server);
    numbers.add(port);
    server.start();
  }

  private int port(String name) {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ports.port(name + (i == 0 ? "" : "-" + i));
      if (Ports.isFree(port + BUS_PORT_DISTANCE)) {
        return port;
      }
    }
    throw new StackException("no free port for " + name);
  }

  private void join() {
    for (int i = 0; i < MASTERS; i++) {
      int[] slots =
          IntStream.range(
                  i * SlotHash.SLOT_COUNT / MASTERS, (i + 1) * SlotHash.SLOT_COUNT / MASTERS)
              .toArray();
      ask(i, redis -> redis.clusterAddSlots(slots));
      meet(i);
    }
    awaitAgreement();
  }

  private void meet(int server) {
    ask(server, redis -> redis.clusterMeet(HOST, numbers.get(0)));
  }

  /**
   * Adds a server that copies a master and takes its place when it dies. From then on two seconds
   * of silence are a death, of every server.
   *
   * @return its number
   */
  public int addReplica(int master) {
    String id = ask(master, RedisCommands::clusterMyId);
    startServer();
    int added = servers.size() - 1;
    meet(added);
    await("joins", () -> ask(added, RedisCommands::clusterNodes).contains(id));
    ask(added, redis -> redis.clusterReplicate(id));
    awaitAgreement();
    await(
        "copies", () -> ask(added, redis -> redis.info("replication")).contains("link_status:up"));
    for (int i = 0; i <= added; i++) {
      ask(i, redis -> redis.configSet(NODE_TIMEOUT, FAILOVER_MILLIS));
    }
    return added;
  }

  /** Waits until all servers that run say that all slots are served and know each other. */
  public void awaitAgreement() {
    for (int i = 0; i < servers.size(); i++) {
      int server = i;
      await(
          "agrees",
          () -> {
            String info = ask(server, RedisCommands::clusterInfo);
            return info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:" + servers.size());
          });
    }
  }

  /** As {@code redis://host:port,host:port,host:port}. */
  public String url() {
    return numbers.stream()
        .map(port -> HOST + ":" + port)
        .collect(Collectors.joining(",", "redis://", ""));
  }

  /** One of the servers: masters first, in the order of their slots, then replicas. */
  public Server server(int number) {
    return servers.get(number);
  }

  public int port(int number) {
    return numbers.get(number);
  }

  /** Asks one server, over a connection of its own. */
  public <T> T ask(int number, Function<RedisCommands<String, String>, T> question) {
    RedisURI uri = RedisURI.builder().withHost(HOST).withPort(numbers.get(number)).build();
    try (StatefulRedisConnection<String, String> connection = client.connect(uri)) {
      return question.apply(connection.sync());
    }
  }

  /** A condition that Redis comes to by itself. */
  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) {
    long begin = System.nanoTime();
    while (!holds(condition)) {
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new StackException("no server of the cluster " + what + " within " + LIMIT);
      }
      pause();
    }
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (RedisException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try (directory) {
      client.shutdown();
      servers.forEach(server -> server.close(false));
    }
  }
}
