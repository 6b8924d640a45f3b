package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.replay.DoneOffsets.Stretch;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known to be in Redis, and how long that is good for. */
class DoneOffsetsTest {

  private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(5);

  @Test
  void shouldMergeStretchesThatMeet() {
    DoneOffsets done = DoneOffsets.NONE.with(10, 20).with(40, 50).with(30, 35);

    assertThat(done.with(20, 30).stretches())
        .containsExactly(new Stretch(10, 35), new Stretch(40, 50));
    assertThat(done.with(15, 45).stretches()).containsExactly(new Stretch(10, 50));
    assertThat(done.with(60, 60)).isEqualTo(done);
  }

  @Test
  void shouldContainItsFirstOffsetAndNotItsEnd() {
    DoneOffsets done = DoneOffsets.NONE.with(10, 20);

    assertThat(done.contains(9)).isFalse();
    assertThat(done.contains(10)).isTrue();
    assertThat(done.contains(19)).isTrue();
    assertThat(done.contains(20)).isFalse();
  }

  @Test
  void shouldBeReadAsItWasWritten() {
    ReplayRecord record = record("running");

    assertThat(ReplayRecord.read(record.json())).contains(record);
    assertThat(ReplayRecord.read(new byte[] {'{'})).isEmpty();
    assertThat(ReplayRecord.read("{\"at\":1}".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void shouldGoOnInTheSameRedisAndTopicWhileTheLeaseLasts() {
    ReplayRecord record = record("interrupted");
    Instant soon = AT.plusSeconds(140);

    assertThat(record.goesOnIn("g", "t", soon, LEASE)).isEqualTo(record.lanes());
    assertThat(record.goesOnIn("h", "t", soon, LEASE)).isEmpty();
    assertThat(record.goesOnIn("g", "u", soon, LEASE)).isEmpty();
    assertThat(record.goesOnIn("g", "t", AT.plusSeconds(160), LEASE)).isEmpty();
    assertThat(record("done").goesOnIn("g", "t", soon, LEASE)).isEmpty();
  }

  private static ReplayRecord record(String state) {
    return new ReplayRecord(
        state,
        "g",
        "t",
        AT,
        Map.of(0, DoneOffsets.NONE.with(3, 7).with(9, 12), 5, DoneOffsets.NONE.with(1, 2)));
  }
}
