package dev.sessioncache.warm;

import dev.sessioncache.document.DocumentBuilder;
import dev.sessioncache.document.UnreadableRowException;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.SessionMapping;
import java.time.DateTimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the entry of a row, or counts why there is none. Used by the thread of one warm. */
final class EntryBuilder {

  /** Enough to find the cause without drowning the log. */
  private static final int LOGGED_ROWS = 5;

  private static final Logger log = LoggerFactory.getLogger(EntryBuilder.class);

  private final SessionMapping mapping;
  private final DocumentBuilder documents;
  private final LiveRule rule;
  private final @Nullable Tally tally;

  EntryBuilder(SessionMapping mapping, @Nullable Tally tally) {
    this.mapping = mapping;
    this.documents = new DocumentBuilder(mapping);
    this.rule = new LiveRule(mapping);
    this.tally = tally;
  }

  /** Counts nothing and logs nothing: for rows that will be seen again. */
  static EntryBuilder silent(SessionMapping mapping) {
    return new EntryBuilder(mapping, null);
  }

  Optional<Entry> build(SessionRow row) {
    Optional<String> key = mapping.key(row.session());
    if (key.isEmpty()) {
      skip(Skip.UNUSABLE_KEY, "column " + mapping.token().name() + " can't be part of a key");
      return Optional.empty();
    }
    try {
      byte[] document = documents.build(row.session(), row.user());
      return Optional.of(new Entry(key.get(), document, rule.liveUntil(row.session()), row.rate()));
    } catch (UnreadableRowException e) {
      skip(Skip.UNREADABLE_ROW, String.valueOf(e.getMessage()));
    } catch (DateTimeException e) {
      skip(Skip.UNREADABLE_ROW, "expiry or activity is not a timestamp");
    }
    return Optional.empty();
  }

  /** The reason must hold no value of the row, and so must leave the exception's cause out. */
  private void skip(Skip kind, String reason) {
    if (tally == null) {
      return;
    }
    tally.skipped(kind, 1);
    if (tally.skipped(kind) <= LOGGED_ROWS) {
      log.warn("event=session_skipped kind={} reason=\"{}\"", kind.label(), reason);
    }
  }
}
