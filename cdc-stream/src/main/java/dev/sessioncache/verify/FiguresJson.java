package dev.sessioncache.verify;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sessioncache.json.JsonText;
import java.io.IOException;

/** The figures as fields of a JSON object. */
final class FiguresJson {

  /** So many digits tell one session of a million apart. */
  private static final int DIGITS = 9;

  private FiguresJson() {}

  static void write(JsonGenerator json, Figures figures) throws IOException {
    json.writeNumberField("checked", figures.checked());
    json.writeNumberField("right", figures.right());
    if (figures.checked() == 0) { // of an empty table, or before the first batch
      json.writeNullField("consistency");
    } else {
      json.writeNumberField("consistency", JsonText.rounded(figures.consistency().share(), DIGITS));
    }
    json.writeNumberField("nines", figures.consistency().nines());
    for (Kind kind : Kind.values()) {
      json.writeNumberField(kind.label(), figures.drift(kind));
    }
    json.writeNumberField("repaired", figures.repaired());
    json.writeNumberField("refused", figures.refused());
    json.writeNumberField("behind", figures.behind());
    json.writeNumberField("busy", figures.busy());
    json.writeArrayFieldStart("behind_lanes");
    for (int lane : figures.behindLanes()) {
      json.writeNumber(lane);
    }
    json.writeEndArray();
    json.writeNumberField("in_flight", figures.inFlight());
    json.writeNumberField("beyond_budget", figures.beyondBudget());
  }
}
