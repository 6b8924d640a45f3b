package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.OtherTokenHashException;
import dev.sessioncache.changes.RowName;
import dev.sessioncache.changes.UnreadableChangeException;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.DeadLetter;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of {@code changes} that can't be used: each becomes a dead letter. When its key names a
 * row, what the lane holds of that row is no longer known to be the newest, so the row is not
 * cached until its next good change. A key that names none of our rows is never guessed at.
 */
final class UnusableRecords {

  static final String STAGE = "project";

  private static final Logger log = LoggerFactory.getLogger(UnusableRecords.class);

  private final ProcessorContext<Object, Object> context;
  private final SessionMapping mapping;
  private final SessionChanges sessions;
  private final UserChanges users;
  private final ProjectProgress counts;

  UnusableRecords(
      ProcessorContext<Object, Object> context,
      SessionMapping mapping,
      SessionChanges sessions,
      UserChanges users,
      ProjectProgress counts) {
    this.context = context;
    this.mapping = mapping;
    this.sessions = sessions;
    this.users = users;
    this.counts = counts;
  }

  void take(Record<String, byte[]> record, byte[] value, UnreadableChangeException cause) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    log.warn(
        "event=unreadable_change lane={} offset={} reason=\"{}\"",
        at.partition(),
        at.offset(),
        cause.reason());
    DeadLetter letter =
        DeadLetter.of(
            new DeadLetter.Place(STAGE, at.topic(), at.partition(), at.offset()),
            record.key(),
            record.headers(),
            value,
            cause.reason());
    if (cause instanceof OtherTokenHashException) {
      letter = letter.withoutValue();
    }
    context.forward(
        new Record<>(letter.key(), letter.value(), context.currentSystemTimeMs(), letter.headers()),
        LaneProcessor.TO_DEAD_LETTERS);
    counts.deadLetter();
    RowName.parse(record.key(), mapping).ifPresent(this::uncache);
  }

  private void uncache(RowName row) {
    if (row.source() == Change.Source.USERS) {
      users.unusable(row.id());
    } else {
      sessions.unusable(row.id());
    }
  }
}
