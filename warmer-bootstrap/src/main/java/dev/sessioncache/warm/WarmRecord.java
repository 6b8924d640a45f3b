package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.json.FlatJson;
import dev.sessioncache.json.JsonText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a warm leaves in Redis about itself while it works and after it has ended: how far it has
 * come, for whoever looks on, and from where another one can go on. Format: docs/redis-keys.md.
 *
 * @param startedAt by the clock of Postgres
 * @param at when it was written, by the clock of Postgres
 * @param shape of keys and documents, see {@link Shape}
 * @param shapeSince when a warm of another shape was last known to have been before this one;
 *     {@link Instant#EPOCH} for never
 * @param paced whether it was held back by its settings
 * @param generation of the Redis that was warmed
 * @param reached of the expected requests; null before it is known, and where nobody has asked
 * @param place behind which nothing has been written yet; null before the first batch
 */
record WarmRecord(
    State state,
    Plan.Mode mode,
    Instant startedAt,
    Instant at,
    String shape,
    Instant shapeSince,
    boolean paced,
    String generation,
    long count,
    Figures figures,
    @Nullable Reached reached,
    @Nullable Place place) {

  private static final double LONG_ENOUGH_SECONDS = 0.2;
  private static final int DIGITS = 4;

  /** How a warm stands. */
  enum State {
    RUNNING,
    DONE,
    /** Ended by its deadline, a signal or a failure. */
    INTERRUPTED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What has become of the sessions so far. */
  record Figures(long read, long present, long written, long skipped) {

    static final Figures NONE = new Figures(0, 0, 0, 0);

    static Figures of(Tally tally) {
      return new Figures(
          tally.read(),
          tally.present(),
          tally.counts().stored(),
          tally.skipped().values().stream().mapToLong(Long::longValue).sum());
    }
  }

  /**
   * Which share of the expected requests is of sessions in Redis, and which was to be.
   *
   * @param coverage 0 to 1
   * @param target 0 to 1
   */
  record Reached(double coverage, double target) {

    private static @Nullable Reached read(Map<String, String> fields) {
      String coverage = fields.get("/coverage");
      String target = fields.get("/target");
      return coverage == null || target == null
          ? null
          : new Reached(Double.parseDouble(coverage), Double.parseDouble(target));
    }
  }

  /**
   * Whether a warm can go on where this one has ended: what it wrote is still there, and has not
   * lapsed.
   */
  boolean canBeResumed(String present, Instant now, Duration lease) {
    return state != State.DONE
        && place != null
        && generation.equals(present)
        && at.plus(lease).isAfter(now);
  }

  /** Sessions a second of a full warm that was not held back and lasted long enough to tell. */
  OptionalDouble ratePerSecond() {
    double seconds = Duration.between(startedAt, at).toMillis() / 1e3;
    boolean fair = state == State.DONE && mode == Plan.Mode.FULL && !paced;
    return fair && seconds > LONG_ENOUGH_SECONDS
        ? OptionalDouble.of(figures.read() / seconds)
        : OptionalDouble.empty();
  }

  /** Since when all warms have been of that shape; the moment itself when this one is not. */
  Instant sinceWhen(String present, Instant now) {
    return shape.equals(present) ? shapeSince : now;
  }

  /** How the same warm stands later. */
  WarmRecord later(State next, Instant when, Figures figures, @Nullable Place upTo) {
    return new WarmRecord(
        next,
        mode,
        startedAt,
        when,
        shape,
        shapeSince,
        paced,
        generation,
        count,
        figures,
        reached,
        upTo);
  }

  /** The same, once its coverage is known. */
  WarmRecord with(Reached reached) {
    return new WarmRecord(
        state,
        mode,
        startedAt,
        at,
        shape,
        shapeSince,
        paced,
        generation,
        count,
        figures,
        reached,
        place);
  }

  /** For whoever looks on: without the place, which names a session. */
  WarmRecord withoutPlace() {
    return later(state, at, figures, null);
  }

  /** For people. */
  String progress() {
    return String.format(
        Locale.ROOT, "%,d of at most %,d sessions", figures.read() + figures.present(), count);
  }

  byte[] json() {
    String text =
        JsonText.object(
            json -> {
              json.writeStringField("state", state.label());
              json.writeStringField("mode", mode.label());
              json.writeStringField("started_at", startedAt.toString());
              json.writeStringField("at", at.toString());
              json.writeStringField("shape", shape);
              json.writeStringField("shape_since", shapeSince.toString());
              json.writeBooleanField("paced", paced);
              json.writeStringField("generation", generation);
              json.writeNumberField("count", count);
              json.writeNumberField("read", figures.read());
              json.writeNumberField("present", figures.present());
              json.writeNumberField("written", figures.written());
              json.writeNumberField("skipped", figures.skipped());
              if (reached != null) {
                json.writeNumberField("coverage", JsonText.rounded(reached.coverage(), DIGITS));
                json.writeNumberField("target", reached.target());
              }
              if (place != null) {
                json.writeObjectFieldStart("place");
                json.writeStringField("activity", place.activity());
                json.writeStringField("id", place.id());
                json.writeEndObject();
              }
            });
    return text.getBytes(UTF_8);
  }

  /** Reads what {@link #json()} makes; empty when the text is something else. */
  static Optional<WarmRecord> read(byte[] text) {
    Map<String, String> fields = FlatJson.read(text);
    try {
      String activity = fields.get("/place/activity");
      String id = fields.get("/place/id");
      return Optional.of(
          new WarmRecord(
              State.valueOf(field(fields, "state").toUpperCase(Locale.ROOT)),
              Plan.Mode.valueOf(field(fields, "mode").toUpperCase(Locale.ROOT)),
              Instant.parse(field(fields, "started_at")),
              Instant.parse(field(fields, "at")),
              field(fields, "shape"),
              Instant.parse(field(fields, "shape_since")),
              Boolean.parseBoolean(field(fields, "paced")),
              field(fields, "generation"),
              Long.parseLong(field(fields, "count")),
              new Figures(
                  Long.parseLong(field(fields, "read")),
                  Long.parseLong(field(fields, "present")),
                  Long.parseLong(field(fields, "written")),
                  Long.parseLong(field(fields, "skipped"))),
              Reached.read(fields),
              activity == null || id == null ? null : new Place(activity, id)));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String field(Map<String, String> fields, String name) {
    return fields.getOrDefault("/" + name, "");
  }
}
