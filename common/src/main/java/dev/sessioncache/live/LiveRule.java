package dev.sessioncache.live;

import dev.sessioncache.document.Timestamps;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Identifiers;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The live-session rule: not expired, not revoked, user active, active inside the window.
 * Immutable.
 */
public final class LiveRule {

  private final SessionMapping mapping;
  private final List<Condition> valid;
  private final List<Condition> conditions;
  private final Column expires;
  private final Column activity;
  private final Duration window;

  public LiveRule(SessionMapping mapping) {
    this.mapping = mapping;
    this.expires = mapping.expires();
    this.activity = mapping.activity();
    this.window = mapping.settings().window();
    List<Condition> accepted = new ArrayList<>();
    accepted.add(new Condition.NotExpired(expires));
    mapping.revoked().ifPresent(column -> accepted.add(new Condition.NotRevoked(column)));
    mapping
        .userStatus()
        .ifPresent(
            column ->
                accepted.add(new Condition.UserActive(column, mapping.settings().activeStatus())));
    this.valid = List.copyOf(accepted);
    this.conditions =
        Stream.concat(Stream.of(new Condition.InsideWindow(activity, window)), valid.stream())
            .toList();
  }

  /**
   * The rule as a SQL condition over the sessions as {@code s} joined with the users as {@code u}.
   */
  public String sql() {
    return sql(conditions);
  }

  /** The same for all sessions that an application may accept, however long not active. */
  public String validSql() {
    return sql(valid);
  }

  /** The sessions as {@code s} that have been active inside the window, live or not. */
  public String insideWindowSql() {
    return new Condition.InsideWindow(activity, window).sql();
  }

  private static String sql(List<Condition> conditions) {
    return conditions.stream().map(Condition::sql).collect(Collectors.joining(" and "));
  }

  /** The live sessions as {@code s} with their users as {@code u}, from FROM on. */
  public String fromSql() {
    return "from %s s join %s u on u.%s = s.%s where %s"
        .formatted(
            mapping.sessions().name().sql(),
            mapping.users().name().sql(),
            Identifiers.quote(mapping.users().primaryKey().name()),
            Identifiers.quote(mapping.sessionUser().name()),
            sql());
  }

  /** Whether the session is live at the moment. */
  public boolean isLive(Row session, Row user, Instant now) {
    return conditions.stream().allMatch(condition -> condition.holds(session, user, now));
  }

  /**
   * The moment at which a live session stops being so without any change: its expiry or the end of
   * its window, whichever comes first. {@link Instant#MAX} when neither ever comes.
   */
  public Instant liveUntil(Row session) {
    Instant end = instant(session, expires);
    Instant lastActivity = instant(session, activity);
    Instant windowEnd = lastActivity.equals(Instant.MAX) ? Instant.MAX : lastActivity.plus(window);
    return end.isBefore(windowEnd) ? end : windowEnd;
  }

  private static Instant instant(Row session, Column column) {
    return Objects.requireNonNull(Timestamps.instant(session, column), column.name());
  }
}
