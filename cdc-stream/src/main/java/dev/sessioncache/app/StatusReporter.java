package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.StatusIndex;
import dev.sessioncache.http.Readiness;
import dev.sessioncache.json.FlatJson;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.thread.DaemonThreads;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells through Redis, every second, what each stage of this process is doing; the keys lapse when
 * the process is gone. Several instances write the record of a stage in turn, but of capture the
 * active one alone; beside it each has a key of its own. Owns its connection and thread.
 */
final class StatusReporter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StatusReporter.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
  private static final String INSTANCE = "instance";
  private static final String HTTP = "http";
  private static final String TERM = "term";

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final String instance;
  private final Optional<String> http;
  private final Readiness readiness;
  private final Clock clock;
  private final StatusIndex index;
  private final Map<String, Supplier<ObjectNode>> stages = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("status"));

  /**
   * @param instance name of this process among those that share the lanes
   * @param http URL where it tells more
   * @param readiness why it does not do its work
   */
  StatusReporter(
      RedisConnection connection,
      GuardSettings settings,
      String instance,
      Optional<String> http,
      Readiness readiness,
      Clock clock) {
    this.http = http;
    this.connection = connection;
    this.readiness = readiness;
    this.clock = clock;
    this.index = new StatusIndex(settings);
    this.settings = settings;
    this.instance = instance;
  }

  void add(String stage, Supplier<ObjectNode> status) {
    stages.put(stage, status);
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::report, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void report() {
    try {
      ObjectNode all = present();
      for (String stage : stages.keySet()) {
        if (all.get(stage) instanceof ObjectNode its) {
          tell(stage, signed(its.deepCopy()));
        }
      }
      String name = INSTANCE + ":" + instance;
      set(name, all);
      connection.await(index.note(connection, name, clock.instant()));
    } catch (RedisException | NumberFormatException e) { // or nothing would be reported any more
      log.debug(
          "event=status_not_reported", e); // apply is the one that tells of a Redis that fails
    }
  }

  private void tell(String stage, ObjectNode record) {
    if (!record.has(TERM) || counts(stage, record)) {
      set(stage, record);
    }
  }

  private ObjectNode signed(ObjectNode record) {
    http.ifPresent(url -> record.put(HTTP, url));
    return record.put(INSTANCE, instance);
  }

  /** What all stages of this process are doing. */
  ObjectNode present() {
    ObjectNode all = signed(JsonNodeFactory.instance.objectNode());
    all.put("at_ms", clock.millis());
    ObjectNode why = all.putObject("reasons");
    readiness.reasons().forEach(why::put);
    stages.forEach((stage, status) -> all.set(stage, status.get()));
    return all;
  }

  /**
   * Whether no other instance is at work in that stage, or in a lower term: one that was frozen may
   * think for a moment that it still is. A standby has none.
   */
  private boolean counts(String stage, ObjectNode record) {
    byte[] present = connection.sync().get(key(stage));
    Map<String, String> fields = present == null ? Map.of() : FlatJson.read(present);
    return instance.equals(fields.get("/" + INSTANCE))
        || Long.parseLong(fields.getOrDefault("/" + TERM, "0")) <= record.path(TERM).asLong();
  }

  private void set(String of, ObjectNode record) {
    connection
        .sync()
        .set(key(of), record.toString().getBytes(UTF_8), SetArgs.Builder.px(TIME_TO_LIVE));
  }

  private byte[] key(String of) {
    return settings.statusKey(of).getBytes(UTF_8);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
