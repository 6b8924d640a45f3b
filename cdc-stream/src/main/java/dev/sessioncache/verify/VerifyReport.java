package dev.sessioncache.verify;

import dev.sessioncache.command.ExitCode;
import dev.sessioncache.json.JsonText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What one round has found, for people and programs.
 *
 * @param share of the sessions that was to be looked at
 * @param complete whether it came to its end
 * @param repairing whether drift was to be repaired
 * @param ids whether primary keys are shown
 */
record VerifyReport(
    Figures figures, Share share, Duration time, boolean complete, boolean repairing, boolean ids) {

  /** As many are shown to people. */
  private static final int SHOWN_DRIFTS = 20;

  /** {@link ExitCode#BELOW_TARGET} for drift that is left, and where a lane proves nothing. */
  int exitCode() {
    return figures.driftLeft() == 0 && figures.behind() == 0 ? ExitCode.OK : ExitCode.BELOW_TARGET;
  }

  /** Aligned lines. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "verified",
        "%,d sessions (%s)%s%s",
        figures.checked(),
        share.isAll() ? "all" : String.format(Locale.ROOT, "a sample of %.3g", share.value()),
        figures.checked() == 0 ? "" : ": " + figures.consistency().text() + " consistent",
        complete ? "" : "; stopped before the end");
    line(
        text,
        "drift",
        "%,d missing, %,d stale, %,d orphaned, %,d wrong TTL",
        figures.drift(Kind.MISSING),
        figures.drift(Kind.STALE),
        figures.drift(Kind.ORPHANED),
        figures.drift(Kind.WRONG_TTL));
    if (repairing) {
      line(
          text,
          "repaired",
          "%,d; %,d writes refused by the guard, %,d left as they are",
          figures.repaired(),
          figures.refused(),
          figures.driftLeft());
    }
    line(
        text,
        "unproven",
        "%,d%s, %,d that change all the time",
        figures.behind(),
        figures.behindLanes().isEmpty()
            ? " behind"
            : " in lanes that stand still " + figures.behindLanes(),
        figures.busy());
    line(
        text,
        "besides",
        "%,d were in flight and are right, %,d beyond the budget",
        figures.inFlight(),
        figures.beyondBudget());
    line(text, "time", "%.1f s, %,.0f sessions/s", seconds(), figures.checked() / seconds());
    drifts(text);
    return text.toString().stripTrailing();
  }

  private void drifts(StringBuilder text) {
    List<Drift> told = figures.drifts();
    for (Drift drift : told.subList(0, Math.min(SHOWN_DRIFTS, told.size()))) {
      line(
          text,
          "",
          "%s, lane %s, key %s%s%s",
          drift.kind().words(),
          drift.lane() == Expected.NO_LANE ? "unknown" : Integer.toString(drift.lane()),
          drift.keyHash(),
          ids && drift.id() != null ? ", id " + drift.id() : "",
          repairing ? (drift.repaired() ? ", repaired" : ", not repaired") : "");
    }
    if (figures.driftCount() > SHOWN_DRIFTS) {
      line(
          text,
          "",
          "and %,d more; --json tells up to %,d of them",
          figures.driftCount() - SHOWN_DRIFTS,
          Tally.TOLD_DRIFTS);
    }
  }

  private static void line(StringBuilder text, String title, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-10s", title))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  private double seconds() {
    return Math.max(1, time.toMillis()) / 1e3;
  }

  /** One JSON object. */
  String json() {
    return JsonText.object(
        json -> {
          json.writeBooleanField("complete", complete);
          json.writeNumberField("share", share.value());
          FiguresJson.write(json, figures);
          json.writeNumberField("seconds", JsonText.rounded(seconds(), 3));
          json.writeArrayFieldStart("drifts");
          for (Drift drift : figures.drifts()) {
            json.writeStartObject();
            json.writeStringField("kind", drift.kind().label());
            if (drift.lane() != Expected.NO_LANE) {
              json.writeNumberField("lane", drift.lane());
            }
            json.writeStringField("key_hash", drift.keyHash());
            if (ids && drift.id() != null) {
              json.writeStringField("id", drift.id());
            }
            json.writeBooleanField("repaired", drift.repaired());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
