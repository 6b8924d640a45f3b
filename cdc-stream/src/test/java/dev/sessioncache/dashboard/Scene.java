package dev.sessioncache.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.Watermark;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Servers and processes as a test wants them: four lanes, two processes, all well, until it says
 * otherwise. Thread-safe.
 */
final class Scene {

  static final int LANES = 4;
  static final DashboardSettings SETTINGS =
      new DashboardSettings("4711@cache-1", LANES, 30_000, 300_000);

  private static final ObjectMapper JSON = new ObjectMapper();

  final Clock clock;
  final Map<String, Instant> silent = new ConcurrentHashMap<>();
  final Map<Integer, Long> lags = new ConcurrentSkipListMap<>();
  final Map<String, ObjectNode> instances = new ConcurrentSkipListMap<>();
  final Map<String, JsonNode> jobs = new ConcurrentHashMap<>();
  volatile String generation = "g1";

  Scene(Clock clock) {
    this.clock = clock;
    for (int lane = 0; lane < LANES; lane++) {
      lags.put(lane, 200L + 60 * lane);
    }
    instance("4711@cache-1", "continued", 7, Map.of(0, 210, 1, 250));
    instance("4712@cache-2", "standby", 0, Map.of(2, 320, 3, 380));
    jobs.put(
        "warm",
        parse(
            "{'state':'done','mode':'full','started_at':'2026-01-31T12:00:00Z','at':'2026-01-31T12:00:09.5Z',"
                + "'count':100000,'read':90210,'present':9790,'written':90002,'skipped':208}"));
    jobs.put(
        "verify",
        parse(
            "{'state':'running','by':'stream','started_at':'2026-01-31T12:00:00Z','at':'2026-01-31T12:01:00Z','share':1,"
                + "'checked':84211,'right':84211,'consistency':1.0,'missing':0,'stale':0,'orphaned':0,'wrong_ttl':0,'behind':120,'busy':3,'repaired':0}"));
  }

  ObjectNode instance(String name, String mode, long term, Map<Integer, Integer> lags) {
    ObjectNode made =
        parse(
            "{'reasons':{},'capture':{'baseline':1,'complete':true,'reason':'the slot holds all changes since the last stop',"
                + "'changes':120450,'slot_retained_bytes':3402112},'project':{'dead_letters':0},"
                + "'apply':{'entries':118200,'dead_letters':0,'refill':{'lanes':0,'sessions':0},"
                + "'lease':{'kept':49800,'renewed':2004000,'put_back':3},'latency_ms':{'count':118200,'p50':18.2,'p99':64.1,'max':112}}}");
    made.put("instance", name).put("http", "http://127.0.0.1:8475");
    made.withObject("/capture").put("mode", mode).put("term", term);
    ObjectNode told = made.withObject("/apply").putObject("lag_ms");
    new TreeMap<>(lags).forEach((lane, lag) -> told.put(Integer.toString(lane), lag));
    instances.put(name, made);
    return made;
  }

  /** A part of what an instance tells. */
  ObjectNode part(String instance, String pointer) {
    return Objects.requireNonNull(instances.get(instance)).withObject(pointer);
  }

  /** One second of work. */
  void work(long changes) {
    instances
        .values()
        .forEach(
            one -> {
              ObjectNode capture = one.withObject("/capture");
              if (!capture.path("mode").asText().equals("standby")) {
                capture.put("changes", capture.path("changes").asLong() + changes);
              }
              ObjectNode apply = one.withObject("/apply");
              apply.put("entries", apply.path("entries").asLong() + changes / 2);
            });
  }

  JsonNode own() {
    return stamped(instances.values().iterator().next());
  }

  private ObjectNode stamped(ObjectNode one) {
    return one.deepCopy().put("at_ms", clock.millis());
  }

  Servers servers() {
    Map<Integer, Watermark> marks = new TreeMap<>();
    lags.forEach(
        (lane, lag) -> marks.put(lane, new Watermark(clock.millis() - lag, LANES, 30_000, "none")));
    return new Servers(
        new RedisRecords(
            marks,
            Map.of(0, 24910L, 1, 25002L, 2, 24873L, 3, 25215L),
            instances.values().stream().map(this::stamped).map(InstanceRecord::new).toList(),
            List.of(parse("{'l1':61200,'l2':37100,'postgres':740}")),
            Map.copyOf(jobs),
            generation),
        Set.of(Servers.REDIS, Servers.KAFKA, Servers.POSTGRES),
        new TreeMap<>(silent));
  }

  static ObjectNode parse(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
