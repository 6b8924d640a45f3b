package dev.sessioncache.activity;

import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Identifiers;
import java.time.Instant;

/**
 * The requests per second to expect of a session, in SQL over the sessions as {@code s}: what it
 * has made per second of its life, but not more than one in the time for which it has been silent.
 * The first alone would keep counting on who has left; the second alone sees no difference between
 * who comes once and who comes again and again. Of a session that is younger than a minute the rate
 * is that of a minute, and the last second counts as a whole.
 */
public final class ActivityRate {

  private static final String IDLE = "greatest(%s - %s, 1)";

  /** A timestamp may be infinite, which Postgres can't subtract but a float can. */
  private static final String EPOCH = "date_part('epoch', s.%s)";

  private final String idle;
  private final String rate;

  /**
   * @param now to which the time since the last request counts, so that several queries agree
   */
  public ActivityRate(Column activity, ActivityColumns columns, Instant now) {
    String last = epoch(activity);
    this.idle = IDLE.formatted(now.toEpochMilli() / 1e3, last);
    this.rate =
        columns
            .requests()
            .flatMap(
                requests ->
                    columns.created().map(created -> overItsLife(last, epoch(created), requests)))
            .map(life -> "least(1 / " + idle + ", " + life + ")")
            .orElse("1 / " + idle);
  }

  private static String overItsLife(String last, String created, Column requests) {
    return "(least(greatest(s.%s, 0), 1000000000000)::float8 + 1) / least(greatest(%s - %s, 60), 1e12)"
        .formatted(Identifiers.quote(requests.name()), last, created);
  }

  private static String epoch(Column column) {
    return EPOCH.formatted(Identifiers.quote(column.name()));
  }

  /** Seconds since the last request, at least 1. */
  public String idleSql() {
    return idle;
  }

  /** Requests per second, a float8; a null counts as no request, or as a life of a minute. */
  public String sql() {
    return rate;
  }
}
