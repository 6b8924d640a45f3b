package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class EntryBuilderIT {

  private static final Row USER = column -> "user " + column.name();

  private final SessionMapping mapping;
  private final Tally tally = new Tally();
  private final EntryBuilder entries;

  EntryBuilderIT(Stack stack) throws SQLException {
    MappingSettings settings =
        Configuration.load(
                new Sources(null, Map.of(), Map.of("document.session", "id,request_count")),
                List.of(MappingSettings.class),
                List.of())
            .get(MappingSettings.class);
    try (SessionTables tables = new SessionTables(stack, "entry_builder_it")) {
      mapping = SessionMapping.resolve(settings, tables.connection);
    }
    entries = new EntryBuilder(mapping, tally);
  }

  @Test
  void shouldMakeTheEntryOfARow() {
    Entry entry = entries.build(row(Map.of())).orElseThrow();

    assertThat(entry.key()).isEqualTo("session:t1");
    assertThat(new String(entry.document(), UTF_8))
        .startsWith("{\"id\":\"1\",\"request_count\":7,");
    assertThat(entry.liveUntil()).isEqualTo(Instant.parse("2026-01-31T18:00:00Z"));
    assertThat(entry.rate()).isEqualTo(0.25);
    assertThat(tally.skipped()).isEmpty();
  }

  @Test
  void shouldSkipAndCountARowWhoseValueIsNotOfItsType() {
    assertThat(entries.build(row(Map.of("request_count", "many")))).isEmpty();
    assertThat(entries.build(row(Map.of("expires_at", "some day")))).isEmpty();

    assertThat(tally.skipped()).isEqualTo(Map.of(Skip.UNREADABLE_ROW, 2L));
  }

  @Test
  void shouldSkipAndCountARowWhoseTokenCanBeNoKey() {
    assertThat(entries.build(row(Map.of("token", "a b")))).isEmpty();

    assertThat(tally.skipped()).isEqualTo(Map.of(Skip.UNUSABLE_KEY, 1L));
  }

  private static SessionRow row(Map<String, String> changed) {
    Map<String, String> texts =
        new HashMap<>(
            Map.of(
                "id", "1",
                "token", "t1",
                "request_count", "7",
                "last_activity_at", "2026-01-31 12:00:00+00",
                "expires_at", "2026-01-31 18:00:00+00"));
    texts.putAll(changed);
    return new SessionRow(column -> texts.get(column.name()), USER, 0.25);
  }
}
