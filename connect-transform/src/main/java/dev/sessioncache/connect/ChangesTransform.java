package dev.sessioncache.connect;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.HiddenTokens;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Turns a change event of Debezium's Postgres connector into a record of the topic {@code changes},
 * in its lane. What it can't place ends the task: then no pulse reaches the lanes, and readers ask
 * Postgres. Used by one task, from one thread.
 */
public final class ChangesTransform implements Transformation<SourceRecord> {

  private @Nullable RowPlacement rows;
  private @Nullable MessagePlacement messages;
  private @Nullable HiddenTokens tokens;

  @Override
  public ConfigDef config() {
    return TransformSettings.DEFINITION;
  }

  @Override
  public void configure(Map<String, ?> values) {
    TransformSettings settings = TransformSettings.of(values);
    rows = new RowPlacement(settings);
    messages = new MessagePlacement(settings);
    tokens = settings.tokens();
  }

  /**
   * The record as it is to be written; null when nothing is.
   *
   * @throws DataException which says what to change
   */
  @Override
  @NullUnmarked // Connect configures it before it hands over the first record
  public @Nullable SourceRecord apply(SourceRecord record) {
    if (!(record.value() instanceof Struct envelope) || envelope.schema().field("op") == null) {
      throw new DataException(
          "a record of topic "
              + record.topic()
              + " is no change event: set tombstones.on.delete=false,"
              + " provide.transaction.metadata=false and heartbeat.interval.ms=0, and put no other"
              + " transformation before this one");
    }
    String op = envelope.getString("op");
    Placed placed =
        switch (op) {
          case "m" -> messages.of(envelope);
          case "t" -> rows.truncate(envelope);
          case "d" -> named(rows.delete(tokens.of(envelope), record), tokens);
          case "c", "u", "r" -> named(rows.upsert(tokens.of(envelope), record), tokens);
          default -> throw new DataException("operation " + op + " is unknown");
        };
    return placed == null ? null : placed.instead(record);
  }

  /** Says how tokens stand in it: the stream refuses what its own setting would not have made. */
  private static @Nullable Placed named(@Nullable Placed row, HiddenTokens tokens) {
    return row == null ? null : row.with(ChangeFormat.TOKEN_HASH_HEADER, tokens.fingerprint());
  }

  @Override
  public void close() {
    // Holds nothing open.
  }
}
