package dev.sessioncache.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.app.WarmProcess;
import dev.sessioncache.json.FlatJson;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.StackOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Servers, programs and traffic of one round, for the faults to break. Owns the servers. */
final class World implements AutoCloseable {

  /** Of the whole app, which share the lanes; with one of them, roles may have processes apart. */
  static final int INSTANCES = Integer.getInteger("instances", 1);

  static final int LANES = INSTANCES == 1 ? 2 : 4;

  /** Short, so that lanes are behind now and then. */
  static final Duration SHORT_BOUND = Duration.ofSeconds(2);

  static final String TOPICS = "endtoend";
  static final String SLOT = "endtoend";

  /** Deadlock, lock not available. */
  private static final Set<String> CONFLICTS = Set.of("40P01", "55P03");

  private static final int ATTEMPTS = 20;
  private static final Duration CLAIM = Duration.ofSeconds(10);
  private static final Duration WARM_LIMIT = Duration.ofSeconds(60);

  private final LocalStack stack = LocalStack.start(StackOptions.temporary());
  private final SourceDatabase database;
  private final SteadyClock clock = new SteadyClock();
  private final Map<String, String> settings = new HashMap<>();
  private final RedisAdmin redis;
  private final Apps apps;
  private final Population population = new Population(new Tokens());
  private final List<Span> emptied = new ArrayList<>();
  private final List<Span> warming = new ArrayList<>();
  private final List<ChildProcess> warms = new ArrayList<>();
  private final AtomicInteger warmCount = new AtomicInteger();
  private final String name;
  private final Duration bound;
  private long baselineBefore;

  /**
   * @param apart whether each role has a process of its own
   * @param bound of staleness
   */
  World(Path directory, String name, boolean apart, Duration bound) throws SQLException {
    this.name = name;
    this.bound = bound;
    this.database = SourceDatabase.create(stack);
    this.redis = new RedisAdmin(stack.redisUrl());
    settings.put("database.url", database.url());
    settings.put("redis.url", stack.redisUrl());
    settings.put("kafka.bootstrap.servers", stack.kafkaBootstrapServers());
    settings.put("topics.prefix", TOPICS);
    settings.put("capture.slot", SLOT);
    settings.put("lanes", Integer.toString(LANES));
    settings.put("staleness.bound", bound.toMillis() + "ms");
    settings.put("capture.pulse.interval", "200ms");
    settings.put("capture.retry.limit", "1000");
    if (INSTANCES > 1) {
      settings.put("capture.session.timeout", "2s");
    }
    settings.put("warm.count", "5000");
    settings.put("warm.when-cold", "false"); // the judge has to know of every warm
    settings.put("keep.budget", "2000000"); // more than any test has
    settings.put("verify.rate", "0"); // what is measured is the stream alone
    this.apps = new Apps(settings, directory, name, apart ? 0 : INSTANCES);
  }

  /**
   * From a change's commit on until nothing older is put into the cache any more: project may be
   * behind by the bound, and apply by the bound again; the rest is for processes that are frozen
   * between looking at the clock and writing.
   */
  Duration goneForGood() {
    return bound.multipliedBy(2).plusSeconds(2);
  }

  Duration bound() {
    return bound;
  }

  /** Of all programs, by name. */
  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  LocalStack stack() {
    return stack;
  }

  SourceDatabase database() {
    return database;
  }

  SteadyClock clock() {
    return clock;
  }

  RedisAdmin redis() {
    return redis;
  }

  Apps apps() {
    return apps;
  }

  Population population() {
    return population;
  }

  /** Runs something that empties Redis. */
  void emptyRedis(Runnable action) {
    long from = clock.millis();
    action.run();
    emptied.add(new Span(from, clock.millis()));
  }

  List<Span> emptied() {
    return emptied;
  }

  /** Waits for a warm that is at work. */
  void awaitEnd(ChildProcess warm, long startedMillis) {
    Proof.that(warm.endsWithin(WARM_LIMIT), "the warm has ended");
    warming.add(new Span(startedMillis, clock.millis()));
  }

  /** When warms were at work. */
  List<Span> warming() {
    return warming;
  }

  /** Commits a transaction of a fault, which others may not let through at the first attempt. */
  void commit(Random random, TransactionKind.Body body) throws SQLException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = database.connect()) {
        connection.setAutoCommit(false);
        body.run(new Transaction(connection, random, population));
        connection.commit();
        return;
      } catch (SQLException e) {
        boolean inTheWay = CONFLICTS.contains(String.valueOf(e.getSQLState()));
        if (!inTheWay || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Called before the slot is dropped. */
  void losesItsSlot() {
    if (baselineBefore == 0) {
      Proof.soon("capture tells its baseline", () -> baseline() > 0);
      baselineBefore = baseline();
    }
  }

  /** Waits for the new baseline that a lost slot leads to; the proof that the loss was noticed. */
  void awaitBaseline() {
    if (baselineBefore > 0) {
      Proof.soon(
          "a new baseline has taken the lost slot's place",
          () -> baseline() != baselineBefore && baseline() > 0 && captureSays("complete", "true"));
      baselineBefore = 0;
    }
  }

  /** Its number; 0 when no capture tells. */
  private long baseline() {
    return Long.parseLong(capture().getOrDefault("/baseline", "0"));
  }

  private boolean captureSays(String field, String value) {
    return value.equals(capture().get("/" + field));
  }

  /** What the active capture tells of itself. */
  private Map<String, String> capture() {
    String status = redis.get("warmer:status:capture");
    return status == null ? Map.of() : FlatJson.read(status.getBytes(UTF_8));
  }

  /** The instance that captures. */
  App activeCapture() {
    Proof.soon("an instance captures", () -> findActive().isPresent());
    return findActive().orElseThrow();
  }

  /** Waits until another instance than that one captures. */
  void awaitSuccessor(App former) {
    Proof.soon(
        "another instance captures", () -> findActive().filter(app -> app != former).isPresent());
  }

  private Optional<App> findActive() {
    Map<String, String> capture = capture();
    return capture.getOrDefault("/mode", "standby").equals("standby")
        ? Optional.empty()
        : apps.of(Long.parseLong(capture.getOrDefault("/instance", "0").split("@")[0]));
  }

  /** Of the lane that is furthest behind, ms since 1970; 0 when one has none. */
  long oldestWatermark() {
    long oldest = Long.MAX_VALUE;
    for (int lane = 0; lane < LANES; lane++) {
      String mark = redis.get("warmer:watermark:" + lane);
      String digits = mark == null ? "0" : mark.replaceAll(".*\"at_ms\":(\\d+).*", "$1");
      oldest = Math.min(oldest, Long.parseLong(digits));
    }
    return oldest;
  }

  /** Waits until everything committed so far has reached Redis: every watermark is past now. */
  void awaitPulse(Duration limit, String alias) throws SQLException {
    long now = database.nowMillis();
    Awaitility.await(alias)
        .atMost(limit)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> oldestWatermark() > now);
  }

  /** An application that looks at all sessions; not started yet, and the caller's to close. */
  Reader reader(Observations observations) {
    return new Reader(stack.redisUrl(), LANES, population.tokens(), observations, clock, bound);
  }

  /**
   * Waits until the watermarks claim that all committed so far has been applied, so that what is
   * cached wrongly is seen beside that claim. When that takes too long it is left to luck.
   */
  void awaitClaim() throws SQLException, InterruptedException {
    long now = database.nowMillis();
    try {
      Awaitility.await("a claim")
          .atMost(CLAIM)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptions()
          .until(
              () -> oldestWatermark() > Math.max(now, database.nowMillis() - bound.toMillis() / 2));
      Fault.last(new Random(), 100, 200); // for the reader
    } catch (ConditionTimeoutException e) {
      // The lanes are behind.
    }
  }

  /** A warm that is not started yet. */
  ChildProcess warm(String... options) {
    ChildProcess warm =
        WarmProcess.of(
            "endtoend-" + name + "-warm-" + warmCount.incrementAndGet(), settings, options);
    warms.add(warm);
    return warm;
  }

  /** All that was broken runs again, and what was added is gone. */
  void heal() {
    stack.postgres().start();
    stack.kafka().resume();
    stack.kafka().start();
    stack.redis().resume();
    stack.redis().start();
    warms.forEach(ChildProcess::close);
    for (App app : apps.all()) {
      app.resume();
      if (!apps.main().contains(app)) {
        app.kill();
      }
    }
    apps.main().forEach(App::start);
    awaitBaseline();
  }

  @Override
  public void close() throws InterruptedException {
    warms.forEach(ChildProcess::close);
    apps.close();
    redis.close();
    stack.close();
  }
}
