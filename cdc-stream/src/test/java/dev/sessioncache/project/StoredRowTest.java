package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.session;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.PlatformMapping;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class StoredRowTest {

  private static final MappedTable SESSIONS = PlatformMapping.create().sessions();
  private static final Epoch EPOCH = new Epoch(1, 2);

  @Test
  void shouldKeepTheMappedColumnsAloneWhenAChangeHasMore() {
    ObjectNode fields = session("s1", "u1").with("secret", "x").columns().put("__op", "u");

    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(5), fields, null);

    assertThat(row.columns().has("secret")).isFalse();
    assertThat(row.columns().has("__op")).isFalse();
    assertThat(row.text(SESSIONS.column("token"))).isEqualTo("t-s1");
  }

  @Test
  void shouldBeIncompleteWhenAChangeLacksAMappedColumn() {
    ObjectNode fields = session("s1", "u1").columns();
    fields.remove("data");

    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(5), fields, null);

    assertThat(row.text(SESSIONS.column("data"))).isNull();
    assertThat(row.isComplete(SESSIONS)).isFalse();
  }

  @Test
  void shouldGiveNumbersAndArraysAsTextWhenAsked() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode().add("a").addNull();
    ObjectNode fields = session("s1", "u1").columns().set("data", array);
    fields.put("request_count", 42);

    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(5), fields, null);

    assertThat(row.text(SESSIONS.column("request_count"))).isEqualTo("42");
    assertThat(row.text(SESSIONS.column("data"))).isEqualTo("[\"a\",null]");
  }

  @Test
  void shouldTakeUnchangedValuesFromTheOldRowWhenThereIsOne() {
    StoredRow old = StoredRow.of(SESSIONS, EPOCH, version(5), row(null), null);

    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(6), row(ChangeFormat.UNCHANGED), old);

    assertThat(row.text(SESSIONS.column("data"))).isEqualTo("{\"cart\": [1, 2]}");
    assertThat(row.isComplete(SESSIONS)).isTrue();
  }

  @Test
  void shouldNotBeCompleteWhenAnUnchangedValueIsUnknown() {
    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(6), row(ChangeFormat.UNCHANGED), null);

    assertThat(row.isComplete(SESSIONS)).isFalse();
  }

  /** How Debezium marks an unchanged array: with the mark as its only element. */
  @Test
  void shouldNotBeCompleteWhenAnUnchangedArrayIsUnknown() {
    ArrayNode mark = JsonNodeFactory.instance.arrayNode().add(ChangeFormat.UNCHANGED);
    ObjectNode fields = session("s1", "u1").columns().set("data", mark);

    assertThat(StoredRow.of(SESSIONS, EPOCH, version(6), fields, null).isComplete(SESSIONS))
        .isFalse();
  }

  @Test
  void shouldCompareEpochsBeforeLogPositionsWhenAskedWhichIsNewer() {
    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(5), row(null), null);

    assertThat(row.isNewerThan(EPOCH, version(4))).isTrue();
    assertThat(row.isNewerThan(EPOCH, version(5))).isFalse();
    assertThat(row.isNewerThan(EPOCH, version(-1))).isFalse(); // unsigned: far ahead
    assertThat(row.isNewerThan(new Epoch(1, 1), version(9))).isTrue();
    assertThat(row.isNewerThan(new Epoch(2, 1), version(4))).isFalse();
  }

  @Test
  void shouldBeTheSameWhenReadBack() {
    StoredRow row = StoredRow.of(SESSIONS, EPOCH, version(-2), row(null), null);
    try (Serde<StoredRow> serde = StoredRowSerde.create()) {
      byte[] bytes = serde.serializer().serialize("", row);

      assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(row);
    }
  }

  private static ObjectNode row(@org.jspecify.annotations.Nullable String data) {
    return (data == null ? session("s1", "u1") : session("s1", "u1").with("data", data)).columns();
  }

  private static RowVersion version(long lsn) {
    return new RowVersion(lsn, new TransactionId(-3));
  }
}
