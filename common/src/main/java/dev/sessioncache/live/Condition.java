package dev.sessioncache.live;

import dev.sessioncache.document.DocumentBuilder;
import dev.sessioncache.document.Timestamps;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.ColumnType;
import dev.sessioncache.mapping.Identifiers;
import dev.sessioncache.mapping.Row;
import java.time.Duration;
import java.time.Instant;

/**
 * One part of the live-session rule, as SQL over the aliases {@code s} and {@code u} and as Java
 * over the same two rows. The two forms stand side by side so that they are changed together.
 */
sealed interface Condition {

  /** SQL that is true exactly when {@link #holds} is, with the transaction's {@code now()}. */
  String sql();

  boolean holds(Row session, Row user, Instant now);

  /** {@code expires > now}; without an expiry the session is not live. */
  record NotExpired(Column expires) implements Condition {
    @Override
    public String sql() {
      return "s." + Identifiers.quote(expires.name()) + " > now()";
    }

    @Override
    public boolean holds(Row session, Row user, Instant now) {
      Instant end = Timestamps.instant(session, expires);
      return end != null && end.isAfter(now);
    }
  }

  /** Active within the window; without any activity the session is not live. */
  record InsideWindow(Column activity, Duration window) implements Condition {
    @Override
    public String sql() {
      return "s."
          + Identifiers.quote(activity.name())
          + " > now() - interval '"
          + window.toMillis()
          + " milliseconds'";
    }

    @Override
    public boolean holds(Row session, Row user, Instant now) {
      Instant last = Timestamps.instant(session, activity);
      return last != null && last.isAfter(now.minus(window));
    }
  }

  /** The revocation mark is not set: null, or for a bool false. */
  record NotRevoked(Column revoked) implements Condition {
    @Override
    public String sql() {
      String column = "s." + Identifiers.quote(revoked.name());
      return isFlag() ? column + " is not true" : column + " is null";
    }

    @Override
    public boolean holds(Row session, Row user, Instant now) {
      String text = session.text(revoked);
      return text == null || (isFlag() && !DocumentBuilder.isTrue(text));
    }

    private boolean isFlag() {
      return revoked.type().scalar() == ColumnType.Scalar.BOOLEAN && !revoked.type().array();
    }
  }

  /** The user's status is the one of usable accounts. */
  record UserActive(Column status, String active) implements Condition {
    @Override
    public String sql() {
      return "u."
          + Identifiers.quote(status.name())
          + "::text = '"
          + active.replace("'", "''")
          + "'";
    }

    @Override
    public boolean holds(Row session, Row user, Instant now) {
      return active.equals(user.text(status));
    }
  }
}
