package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A record that is not in the format stops nobody and shows nothing of what it holds. */
class UnreadableChangesTest {

  private static final String EPOCH = "1:1";

  private final Logger log = (Logger) LoggerFactory.getLogger(UnusableRecords.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
    lane.loaded(user("u1").read(BASELINE));
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void closeLane() {
    log.detachAppender(logged);
    lane.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"token\":\"hidden\"",
        "hidden",
        "[\"hidden\"]",
        "{\"token\":\"hidden\"}",
        "{\"__op\":\"hidden\"}",
        "{\"__op\":\"c\",\"__table\":\"hidden\",\"id\":\"hidden\",\"__lsn\":1,\"__txId\":1}",
        "{\"__op\":\"c\",\"__table\":\"user_sessions\",\"token\":\"hidden\",\"__lsn\":1,\"__txId\":1}",
        "{\"__op\":\"u\",\"__table\":\"users\",\"id\":{\"a\":\"hidden\"},\"__lsn\":1,\"__txId\":1}",
        "{\"__op\":\"d\",\"__table\":\"users\",\"id\":\"hidden\"}",
        "{\"__op\":\"pulse\",\"at_ms\":null}",
        "{\"__op\":\"pulse\",\"at_ms\":\"hidden\",\"complete\":true}",
        "{\"__op\":\"pulse\",\"at_ms\":9000000000000000000,\"complete\":true}",
        "{\"__op\":\"baseline-end\",\"__txId\":-5}",
        "{\"__op\":\"moved\",\"__table\":\"user_sessions\",\"id\":\"hidden\",\"__lsn\":-2,\"__txId\":1}"
      })
  void shouldGoOnAndLogNoContentWhenAValueIsNotInTheFormat(String value) {
    lane.take("hidden", value.getBytes(UTF_8), EPOCH);

    lane.take(session("s1", "u1").created(100, 710));
    assertThat(lane.sent()).containsExactly("put session:t-s1");
    assertThat(logged.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith("event=unreadable_change lane=0 offset=")
        .doesNotContain("hidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hidden", "1:hidden", "99999999999:1"})
  void shouldGoOnAndLogNoContentWhenTheEpochIsMalformed(String epoch) {
    lane.take("key", "{}".getBytes(UTF_8), epoch);

    lane.take(session("s1", "u1").created(100, 710));
    assertThat(lane.sent()).containsExactly("put session:t-s1");
    assertThat(logged.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("the epoch header is malformed")
        .doesNotContain("hidden");
  }

  @Test
  void shouldTakeTheChangeWhenARecordHasNoKey() {
    lane.take(null, session("s1", "u1").created(100, 710).value(), EPOCH);

    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }

  @Test
  void shouldGoOnWhenNeitherKeyNorValueIsThere() {
    lane.take(null, null, EPOCH);

    lane.take(session("s1", "u1").created(100, 710));
    assertThat(lane.sent()).containsExactly("put session:t-s1");
    assertThat(logged.list).isEmpty();
  }
}
