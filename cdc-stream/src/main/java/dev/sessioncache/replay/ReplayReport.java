package dev.sessioncache.replay;

import dev.sessioncache.json.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a replay did.
 *
 * @param state as in {@link ReplayRecord}
 * @param redis that was filled, without its password
 * @param orphansKept why values that the log does not know were left; null when they were removed
 * @param handedOver consumer group that goes on where the replay ended; empty when there is one
 *     already, or none was to be told
 * @param asOf what was committed in Postgres up to then is in the log; empty when no lane tells
 */
record ReplayReport(
    String state,
    String redis,
    String topic,
    int lanes,
    Tally.Figures figures,
    @Nullable String orphansKept,
    Optional<String> handedOver,
    Optional<Instant> asOf,
    Duration time) {

  private double rate() {
    return time.isZero() ? 0 : figures.entries() * 1e9 / time.toNanos();
  }

  String text() {
    String text =
        String.format(
            Locale.ROOT,
            """
            replayed %,d sessions put, %,d removals, %,d newer in Redis, %,d ended, %,d unreadable
            read     %,d entries of %d lanes of %s, %,d kept from the run before
            orphans  %s
            log      %s
            time     %.2f s, %,.0f entries/s; %s, %s""",
            figures.counts().stored(),
            figures.counts().removed(),
            figures.counts().older(),
            figures.ended(),
            figures.unreadable(),
            figures.entries(),
            lanes,
            topic,
            figures.kept(),
            orphansKept == null
                ? String.format(Locale.ROOT, "%,d removed", figures.orphans())
                : "kept: " + orphansKept,
            asOf.map(at -> "holds what was committed up to " + at)
                .orElse("does not tell up to when it is complete"),
            time.toNanos() / 1e9,
            rate(),
            state,
            redis);
    return handedOver
        .map(group -> text + "\ngroup    " + group + " goes on where this replay ended")
        .orElse(text);
  }

  String json() {
    return JsonText.object(
        json -> {
          json.writeStringField("state", state);
          json.writeStringField("redis", redis);
          json.writeStringField("topic", topic);
          json.writeNumberField("lanes", lanes);
          json.writeNumberField("entries", figures.entries());
          json.writeNumberField("put", figures.counts().stored());
          json.writeNumberField("removed", figures.counts().removed());
          json.writeNumberField("older", figures.counts().older());
          json.writeNumberField("ended", figures.ended());
          json.writeNumberField("unreadable", figures.unreadable());
          json.writeNumberField("kept", figures.kept());
          json.writeNumberField("retries", figures.retries());
          json.writeNumberField("orphans", figures.orphans());
          json.writeStringField("orphans_kept", orphansKept);
          json.writeStringField("group", handedOver.orElse(null));
          json.writeStringField("as_of", asOf.map(Instant::toString).orElse(null));
          json.writeNumberField("seconds", JsonText.rounded(time.toNanos() / 1e9, 3));
          json.writeNumberField("rate", JsonText.rounded(rate(), 1));
        });
  }
}
