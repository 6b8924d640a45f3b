package dev.sessioncache.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the page's charts show of one moment.
 *
 * @param atMs ms since 1970
 * @param values by {@link #columns}; null where nothing was known
 */
record Sample(long atMs, List<@Nullable Double> values) {

  /** More lanes than that make no readable chart: then the lag of the worst is all that is kept. */
  private static final int CHARTED_LANES = 16;

  /** Names of the values. */
  static List<String> columns(int lanes) {
    List<String> columns =
        new ArrayList<>(
            List.of("changes_per_s", "entries_per_s", "p50_ms", "p99_ms", "l1", "l2", "postgres"));
    if (lanes > CHARTED_LANES) {
      columns.add("worst_lag_ms");
    } else {
      for (int lane = 0; lane < lanes; lane++) {
        columns.add("lag_ms_" + lane);
      }
    }
    return columns;
  }

  static Sample of(Snapshot snapshot) {
    Snapshot.Flow flow = snapshot.flow();
    Snapshot.Readers readers = snapshot.readers();
    List<@Nullable Double> values = new ArrayList<>();
    values.add(flow.changesPerS());
    values.add(flow.entriesPerS());
    values.add(flow.p50Ms());
    values.add(flow.p99Ms());
    values.add(readers.share(readers.l1()));
    values.add(readers.share(readers.l2()));
    values.add(readers.share(readers.postgres()));
    if (snapshot.lanes().size() > CHARTED_LANES) {
      values.add(
          snapshot.lanes().stream()
              .map(Lane::lagMs)
              .filter(Objects::nonNull)
              .map(Long::doubleValue)
              .max(Double::compare)
              .orElse(null));
    } else {
      for (Lane lane : snapshot.lanes()) {
        Long lag = lane.lagMs();
        values.add(lag == null ? null : (Double) lag.doubleValue());
      }
    }
    return new Sample(snapshot.atMs(), values);
  }
}
