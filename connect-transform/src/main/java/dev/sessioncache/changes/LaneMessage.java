package dev.sessioncache.changes;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the stream writes into the log of Postgres for one lane, for a connector to hand on.
 *
 * @param endsBaseline whether all rows of the baseline stand before it; else it is a pulse
 * @param atMillis of a pulse: when it was sent, ms since 1970
 * @param complete of a pulse: whether the baseline was complete
 */
public record LaneMessage(int lane, boolean endsBaseline, long atMillis, boolean complete) {

  /** Names of the fields, in JSON. */
  public static final String LANE = "lane";

  public static final String ENDS_BASELINE = "ends_baseline";
  public static final String AT_MS = ChangeFormat.AT_MS;
  public static final String COMPLETE = ChangeFormat.COMPLETE;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when a field is missing
   */
  public static LaneMessage of(JsonNode fields) {
    int lane = fields.required(LANE).asInt(-1);
    return fields.path(ENDS_BASELINE).asBoolean()
        ? new LaneMessage(lane, true, 0, false)
        : new LaneMessage(
            lane, false, fields.required(AT_MS).asLong(), fields.required(COMPLETE).asBoolean());
  }
}
