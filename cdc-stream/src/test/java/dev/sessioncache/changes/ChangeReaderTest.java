package dev.sessioncache.changes;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.USERS;
import static dev.sessioncache.changes.ChangeLine.committedAtMicros;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.PlatformMapping;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeReaderTest {

  private final ChangeReader reader = new ChangeReader(PlatformMapping.create());

  @ParameterizedTest
  @CsvSource({"c,false", "u,true"})
  void shouldReadAnUpsertWhenARowIsCreatedOrUpdated(String op, boolean update) throws Exception {
    ChangeLine line =
        update
            ? ChangeLine.session("s1", "u1").updated(100, 710)
            : ChangeLine.session("s1", "u1").created(100, 710);

    Change.Upsert upsert = (Change.Upsert) read(line);

    assertThat(op).isEqualTo(upsert.columns().path("__op").asText());
    assertThat(upsert.source()).isEqualTo(Change.Source.SESSIONS);
    assertThat(upsert.id()).isEqualTo("s1");
    assertThat(upsert.version()).isEqualTo(version(100, 710));
    assertThat(upsert.columns().path("token").asText()).isEqualTo("t-s1");
    assertThat(upsert.committedAtMicros()).isEqualTo(committedAtMicros(100));
  }

  /** Its position is the snapshot's, which orders nothing, and its time that of the read. */
  @Test
  void shouldHaveNeitherPositionNorCommitTimeWhenTheBaselineReadsARow() throws Exception {
    Change.Upsert upsert = (Change.Upsert) read(ChangeLine.user("u1").read(700));

    assertThat(upsert.source()).isEqualTo(Change.Source.USERS);
    assertThat(upsert.version()).isEqualTo(version(0, 700));
    assertThat(upsert.committedAtMicros()).isZero();
  }

  @Test
  void shouldReadADeletion() throws Exception {
    assertThat(read(ChangeLine.deleted(SESSIONS, "s1", 100, 710)))
        .isEqualTo(
            new Change.Delete(
                Change.Source.SESSIONS, "s1", version(100, 710), committedAtMicros(100)));
  }

  @Test
  void shouldReadATruncation() throws Exception {
    assertThat(read(ChangeLine.truncated(USERS, 100, 710)))
        .isEqualTo(
            new Change.Truncate(Change.Source.USERS, version(100, 710), committedAtMicros(100)));
  }

  @Test
  void shouldTakeMillisecondsWhenMicrosecondsAreMissing() throws Exception {
    String value =
        "{\"id\":\"s1\",\"__op\":\"d\",\"__table\":\"users\",\"__lsn\":1,\"__txId\":2,\"__source_ts_ms\":3}";

    assertThat(
            ((Change.Delete) reader.read(value.getBytes(UTF_8), new RecordHeaders()))
                .committedAtMicros())
        .isEqualTo(3_000);
  }

  @Test
  void shouldReadTheControlRecordsThatWeWrite() throws Exception {
    assertThat(read(ChangeLine.of(ControlRecords.pulse(5, true))))
        .isEqualTo(new Change.Pulse(5, true));
    assertThat(read(ChangeLine.moved("s1", 100, 0xFFFF_FFFFL)))
        .isEqualTo(new Change.Moved("s1", version(100, -1)));
    assertThat(read(ChangeLine.of(ControlRecords.baselineBegin())))
        .isEqualTo(new Change.BaselineBegin());
    assertThat(read(ChangeLine.of(ControlRecords.baselineEnd(TransactionId.of(700)))))
        .isEqualTo(new Change.BaselineEnd(TransactionId.of(700)));
  }

  /** Compaction keeps the last of each kind, and no row has such a key. */
  @Test
  void shouldKeyControlRecordsByTheirKindWhenWritten() {
    assertThat(ControlRecords.pulse(5, true).key()).isEqualTo("~pulse");
    assertThat(ControlRecords.baselineBegin().key()).isEqualTo("~baseline-begin");
    assertThat(ControlRecords.baselineEnd(TransactionId.of(1)).key()).isEqualTo("~baseline-end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"token\":\"hidden\"",
        "\"hidden\"",
        "{\"__op\":\"hidden\"}",
        "{\"__op\":\"c\",\"__table\":\"hidden\",\"id\":\"hidden\"}",
        "{\"__op\":\"c\",\"__table\":\"users\",\"id\":\"hidden\",\"__lsn\":1}",
        "{\"__op\":\"c\",\"__table\":\"users\",\"id\":null,\"__lsn\":1,\"__txId\":\"hidden\"}"
      })
  void shouldRefuseWithoutContentWhenAValueIsNotInTheFormat(String value) {
    assertThatThrownBy(() -> reader.read(value.getBytes(UTF_8), new RecordHeaders()))
        .isInstanceOf(UnreadableChangeException.class)
        .hasMessageNotContaining("hidden")
        .hasNoCause();
  }

  @Test
  void shouldReadTheEpochWhenTheHeaderNamesOne() throws Exception {
    assertThat(ChangeReader.epoch(new Epoch(3, 12).headers())).contains(new Epoch(3, 12));
  }

  @Test
  void shouldHaveNoEpochWhenNobodyNamesOne() throws Exception {
    assertThat(ChangeReader.epoch(new RecordHeaders())).isEmpty();
  }

  @Test
  void shouldRefuseTheEpochWhenItsHeaderIsEmpty() {
    Headers headers = new RecordHeaders().add(ChangeFormat.EPOCH_HEADER, null);

    assertThatThrownBy(() -> ChangeReader.epoch(headers))
        .isInstanceOf(UnreadableChangeException.class)
        .hasMessage("the epoch header is malformed");
  }

  @Test
  void shouldCompareTheTimelineBeforeTheBaselineWhenEpochsAreOrdered() {
    assertThat(new Epoch(2, 1)).isGreaterThan(new Epoch(1, 9));
    assertThat(new Epoch(2, 2)).isGreaterThan(new Epoch(2, 1));
    assertThat(Epoch.NONE).isLessThan(new Epoch(1, 1));
  }

  private Change read(ChangeLine line) throws UnreadableChangeException {
    return reader.read(Objects.requireNonNull(line.value()), new RecordHeaders());
  }

  private static RowVersion version(long lsn, long transaction) {
    return new RowVersion(lsn, TransactionId.of(transaction));
  }

  @Test
  void shouldTakeATombstoneAsTheChangeThatItCarries() {
    byte[] change = {1, 2};
    Headers headers = new RecordHeaders().add(ChangeFormat.TOMBSTONE_HEADER, change);

    assertThat(ChangeReader.value(null, headers)).contains(change);
    assertThat(ChangeReader.value(null, new RecordHeaders())).isEmpty();
  }
}
