package dev.sessioncache.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.thread.DaemonThreads;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one picture of the whole each second, for all who look, and remembers the last quarter of
 * an hour. Owns its thread and those who listen.
 */
public final class Dashboard implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Dashboard.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** A quarter of an hour; some 100 bytes each in the first message to a client. */
  private static final int SAMPLES = 900;

  private static final int EVENTS = 100;

  private final DashboardSettings settings;
  private final Supplier<? extends JsonNode> own;
  private final Clock clock;
  private final Ring<Sample> past = new Ring<>(SAMPLES);
  private final Ring<Event> events = new Ring<>(EVENTS);
  private final Subscribers subscribers = new Subscribers();
  private final ObjectMapper json =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("dashboard"));
  private volatile Supplier<Servers> servers = () -> Servers.UNKNOWN;
  private volatile @Nullable Snapshot last;

  /** Whether the last look has failed; of its thread alone. */
  private boolean defective;

  private boolean hasSeenRedis;

  /**
   * Does nothing yet.
   *
   * @param own the record of this process, as docs/redis-keys.md has it
   */
  public Dashboard(DashboardSettings settings, Supplier<? extends JsonNode> own, Clock clock) {
    this.settings = settings;
    this.own = own;
    this.clock = clock;
  }

  /** From now on these tell of the servers. */
  public void use(ServerWatches watches) {
    use(watches::servers);
  }

  void use(Supplier<Servers> told) {
    servers = told;
  }

  /** Makes a picture each second from now on. */
  public void start() {
    Survey survey = new Survey(settings, () -> servers.get(), own, clock);
    var unused =
        thread.scheduleAtFixedRate(() -> look(survey), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look(Survey survey) {
    try {
      take(survey.snapshot());
      defective = false;
    } catch (RuntimeException e) { // or nothing would be shown any more
      if (defective) {
        log.debug("event=dashboard_defect", e);
      } else {
        log.warn("event=dashboard_defect", e);
      }
      defective = true;
    }
  }

  /** The next picture. */
  void take(Snapshot snapshot) {
    Snapshot before = last;
    List<Event> news =
        new ArrayList<>(before == null ? List.of() : EventWatch.between(before, snapshot));
    if (!hasSeenRedis && snapshot.from().equals("redis")) {
      hasSeenRedis = true;
      news.addAll(EventWatch.atFirst(snapshot));
    }
    news.forEach(events::add);
    past.add(Sample.of(snapshot));
    last = snapshot;
    subscribers.send(now(snapshot));
    if (!news.isEmpty()) {
      subscribers.send(events(snapshot));
    }
  }

  /**
   * Lets a client listen.
   *
   * @param sinceMillis up to when it knows all
   * @return false when there are too many
   */
  boolean listen(Subscriber.Client client, long sinceMillis) {
    Snapshot known = last;
    Message told = past(sinceMillis);
    return subscribers.add(
        client, known == null ? List.of(told) : List.of(told, now(known), events(known)));
  }

  private Message past(long sinceMillis) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("columns", json.valueToTree(Sample.columns(settings.lanes())));
    data.set("samples", json.valueToTree(past.all(sample -> sample.atMs() > sinceMillis)));
    return new Message("past", text(data), Long.toString(sinceMillis));
  }

  private Message now(Snapshot snapshot) {
    ObjectNode data = json.valueToTree(snapshot);
    data.set("sample", json.valueToTree(Sample.of(snapshot)));
    return new Message("now", text(data), Long.toString(snapshot.atMs()));
  }

  private Message events(Snapshot snapshot) {
    return new Message("events", text(happened()), Long.toString(snapshot.atMs()));
  }

  private ArrayNode happened() {
    return json.valueToTree(events.all(event -> true));
  }

  /** How the whole is, for programs; empty before the first look. */
  public ObjectNode cluster() {
    Snapshot known = last;
    if (known == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    ObjectNode data = json.valueToTree(known);
    data.set("events", happened());
    return data;
  }

  private String text(JsonNode data) {
    try {
      return json.writeValueAsString(data);
    } catch (JsonProcessingException e) { // a tree can always be written
      throw new IllegalStateException(e);
    }
  }

  /** Seconds that it can show. */
  int remembers() {
    return past.all(sample -> true).size();
  }

  /** Those who listen now. */
  int listeners() {
    return subscribers.count();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    subscribers.close();
  }
}
