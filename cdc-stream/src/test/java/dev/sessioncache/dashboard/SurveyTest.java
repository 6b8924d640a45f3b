package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told of the whole, and in which words. */
class SurveyTest {

  private Clock clock = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);
  private final Scene scene = new Scene(new Ticking());
  private final Survey survey =
      new Survey(Scene.SETTINGS, scene::servers, scene::own, new Ticking());

  /** The clock of the test, which moves when the test says so. */
  private final class Ticking extends Clock {

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }
  }

  private Snapshot after(Duration time) {
    clock = Clock.offset(clock, time);
    return survey.snapshot();
  }

  @Test
  void shouldSayThatAllIsWell() {
    Verdict verdict = survey.snapshot().verdict();

    assertThat(verdict.level()).isEqualTo(Verdict.Level.OK);
    assertThat(verdict.text()).isEqualTo("All 4 lanes within 30 s of Postgres");
  }

  @Test
  void shouldSayWhichLanesAreBehindAndSinceWhen() {
    scene.lags.put(1, 41_000L);
    scene.lags.remove(3);

    Snapshot snapshot = survey.snapshot();

    assertThat(snapshot.verdict().level()).isEqualTo(Verdict.Level.WARN);
    assertThat(snapshot.verdict().text())
        .startsWith(
            "Lanes 1, 3 are behind since 11:59:49 UTC (Redis is as of 11:59:19): readers ask Postgres for their sessions");
    assertThat(snapshot.lanes().get(3).lagMs()).isNull();
  }

  @Test
  void shouldNotSayThatAllIsWellWhenAServerHasJustComeBack() {
    scene.silent.put(Servers.KAFKA, clock.instant());
    survey.snapshot();
    scene.silent.clear();

    Verdict back = after(Duration.ofSeconds(20)).verdict();
    Verdict later = after(Duration.ofSeconds(5)).verdict();

    assertThat(back.level()).isEqualTo(Verdict.Level.WARN);
    assertThat(back.text())
        .isEqualTo(
            "Kafka did not answer from 12:00:00 to 12:00:20 UTC: what it missed is looked for");
    assertThat(later.level()).isEqualTo(Verdict.Level.OK);
  }

  @Test
  void shouldSayWhichOutageALaneStillSuffersFrom() {
    scene.silent.put(Servers.KAFKA, clock.instant());
    survey.snapshot();
    scene.silent.clear();
    scene.lags.put(1, 40_000L);

    after(Duration.ofSeconds(30));
    Verdict verdict = after(Duration.ofSeconds(30)).verdict();
    scene.lags.put(1, 200L);
    survey.snapshot();
    scene.lags.put(1, 31_000L);

    assertThat(verdict.text())
        .endsWith(
            "; Kafka did not answer from 12:00:00 to 12:00:30 UTC, and what it missed is being"
                + " caught up: nothing is to be done");
    assertThat(survey.snapshot().verdict().text()).endsWith("docs/operations.md");
  }

  @Test
  void shouldNotCallItBadThatNoLaneHasCaughtUpYet() {
    scene.lags.clear();

    Verdict verdict = survey.snapshot().verdict();

    assertThat(verdict.level()).isEqualTo(Verdict.Level.WARN);
    assertThat(verdict.text()).startsWith("No lane has caught up yet: readers ask Postgres");
  }

  @Test
  void shouldTellAtFirstThatNothingWasAtWork() {
    scene.instances.remove("4712@cache-2");
    scene.lags.put(1, 65_000L);

    Snapshot first = survey.snapshot();

    assertThat(EventWatch.atFirst(first))
        .extracting(Event::text)
        .containsExactly(
            "The stream did not run from 11:58:55 to 12:00:00 UTC: what it missed is being caught up");
    assertThat(first.verdict().text())
        .endsWith(
            "; the stream did not run from 11:58:55 to 12:00:00 UTC, and what it missed is being"
                + " caught up: nothing is to be done");
  }

  @Test
  void shouldNotSayThatAllIsWellWhenNothingWasAtWorkForAMoment() {
    scene.instances.remove("4712@cache-2");
    scene.lags.put(1, 22_000L);

    Verdict first = survey.snapshot().verdict();
    scene.lags.put(1, 28_000L);
    Verdict later = after(Duration.ofSeconds(6)).verdict();
    scene.lags.put(1, 200L);
    Verdict caughtUp = after(Duration.ofSeconds(6)).verdict();

    assertThat(first.level()).isEqualTo(Verdict.Level.WARN);
    assertThat(first.text())
        .isEqualTo(
            "The stream did not run from 11:59:38 to 12:00:00 UTC: what it missed is looked for");
    assertThat(later).isEqualTo(first);
    assertThat(caughtUp.level()).isEqualTo(Verdict.Level.OK);
  }

  @Test
  void shouldNotSayThatNothingWasAtWorkBesideOthers() {
    scene.lags.put(1, 65_000L);

    Snapshot first = survey.snapshot();

    assertThat(EventWatch.atFirst(first)).isEmpty();
    assertThat(first.verdict().text()).endsWith("docs/operations.md");
  }

  @Test
  void shouldSayTheSameMomentWhileALaneCatchesUp() {
    scene.lags.put(1, 41_000L);
    survey.snapshot();
    scene.lags.put(1, 35_000L);

    Snapshot catchingUp = after(Duration.ofSeconds(1));
    scene.lags.put(1, 200L);
    survey.snapshot();
    scene.lags.put(1, 31_000L);

    assertThat(catchingUp.verdict().text()).startsWith("Lane 1 is behind since 11:59:49 UTC");
    assertThat(after(Duration.ofSeconds(20)).verdict().text())
        .startsWith("Lane 1 is behind since 12:00:20 UTC");
  }

  @Test
  void shouldRememberTheMomentWhileRedisIsSilent() {
    scene.lags.put(2, 41_000L);
    survey.snapshot();
    scene.silent.put(Servers.REDIS, clock.instant());
    after(Duration.ofSeconds(1));
    scene.silent.clear();

    assertThat(after(Duration.ofSeconds(1)).lanes().get(2).behindSinceMs())
        .isEqualTo(Instant.parse("2026-01-31T11:59:49Z").toEpochMilli());
  }

  @Test
  void shouldSayWhichStageHoldsALaneUp() {
    scene.lags.put(1, 41_000L);
    scene.part("4711@cache-1", "/capture").put("lag_ms", 300);

    assertThat(heldUpBy(1)).isEqualTo(HeldUp.PROJECT);
    scene.part("4711@cache-1", "/project/lag_ms").put("1", 40_000);
    assertThat(heldUpBy(1)).isEqualTo(HeldUp.PROJECT);
    assertThat(survey.snapshot().verdict().text()).contains("Their changes wait for project");

    scene.part("4711@cache-1", "/capture").put("lag_ms", 40_500);
    assertThat(heldUpBy(1)).isEqualTo(HeldUp.CAPTURE);

    scene.part("4711@cache-1", "/capture").put("lag_ms", 300);
    scene.part("4712@cache-2", "/project/lag_ms").put("1", 400);
    assertThat(heldUpBy(1)).isEqualTo(HeldUp.APPLY);
  }

  @Test
  void shouldNotSayWhichStageHoldsALaneUpWhenNothingTells() {
    assertThat(heldUpBy(1)).isNull(); // it is not behind
    scene.lags.put(1, 41_000L);
    assertThat(heldUpBy(1)).isNull(); // a connector does not tell

    scene.part("4711@cache-1", "/capture").put("mode", "standby");
    assertThat(heldUpBy(1)).isEqualTo(HeldUp.CAPTURE);
  }

  private @Nullable String heldUpBy(int lane) {
    return survey.snapshot().lanes().get(lane).heldUpBy();
  }

  @Test
  void shouldPassOverWhatIsNoLane() {
    scene.part("4711@cache-1", "/apply/lag_ms").put("x", 1).put("99999999999", 1);

    assertThat(survey.snapshot().lanes().get(1).instance()).isEqualTo("4711@cache-1");
  }

  @Test
  void shouldTellWhatThisProcessKnowsWhenRedisDoesNotAnswer() {
    scene.silent.put(Servers.REDIS, clock.instant().minusSeconds(5));

    Snapshot snapshot = survey.snapshot();

    assertThat(snapshot.verdict().level()).isEqualTo(Verdict.Level.BAD);
    assertThat(snapshot.verdict().text())
        .isEqualTo(
            "Redis has not answered since 11:59:55 UTC: readers ask Postgres; shown is what this process alone knows");
    assertThat(snapshot.from()).isEqualTo("process");
    assertThat(snapshot.lanes().get(0).lagMs()).isEqualTo(210);
    assertThat(snapshot.lanes().get(2).lagMs()).isNull();
    assertThat(snapshot.lanes().get(0).cached()).isNull();
  }

  @Test
  void shouldTellAllProblemsTheWorstFirst() {
    scene.silent.put(Servers.POSTGRES, clock.instant());
    scene.lags.put(0, 90_000L);
    scene.jobs.put("verify", Scene.parse("{'missing':2,'stale':1,'repaired':1}"));

    Verdict verdict = survey.snapshot().verdict();

    assertThat(verdict.text()).startsWith("Postgres has not answered since 12:00:00 UTC");
    assertThat(verdict.more()).hasSize(2);
    assertThat(verdict.more().get(0))
        .startsWith(
            "Lane 0 is behind since 11:59:00 UTC (Redis is as of 11:58:30): readers are told of none");
    assertThat(verdict.more().get(1)).contains("2 sessions not as in Postgres");
  }

  @Test
  void shouldSayThatNobodyCaptures() {
    scene.instance("4711@cache-1", "standby", 0, Map.of());

    assertThat(survey.snapshot().verdict().text())
        .startsWith("Nobody reads the changes of Postgres yet");
  }

  /** As with a connector that has stopped: then nobody takes over. */
  @Test
  void shouldSayWhatCaptureWaitsForWhenItSaysSo() {
    scene.instance("4711@cache-1", "standby", 0, Map.of());
    scene.part("4711@cache-1", "/reasons").put("capture", "the connector does not read the slot");

    assertThat(survey.snapshot().verdict().text())
        .isEqualTo("Nobody reads the changes of Postgres: the connector does not read the slot");
  }

  @Test
  void shouldBelieveTheHigherTermOfTwoThatCapture() {
    scene.instance("4712@cache-2", "continued", 9, Map.of());

    assertThat(survey.snapshot().capture().instance()).isEqualTo("4712@cache-2");
  }

  @Test
  void shouldAddUpTheRatesOfAllProcesses() {
    survey.snapshot();
    scene.work(600);
    after(Duration.ofSeconds(1));
    scene.work(600);

    Snapshot.Flow flow = after(Duration.ofSeconds(1)).flow();

    assertThat(flow.changesPerS()).isCloseTo(600, within(0.1));
    assertThat(flow.entriesPerS()).isCloseTo(600, within(0.1)); // 300 of each
  }

  @Test
  void shouldCountFromZeroAProcessThatWasStartedAgain() {
    survey.snapshot();
    scene.part("4711@cache-1", "/capture").put("changes", 5);

    assertThat(after(Duration.ofSeconds(1)).flow().changesPerS()).isZero();
  }

  @Test
  void shouldTellWhatHasHappenedInBetween() {
    Snapshot before = survey.snapshot();
    scene.instances.remove("4711@cache-1");
    scene
        .instance("4712@cache-2", "baseline", 8, Map.of())
        .withObject("/capture")
        .put("complete", false);
    scene.lags.put(2, 31_000L);
    scene.generation = "g2";

    List<Event> events = EventWatch.between(before, after(Duration.ofSeconds(1)));

    assertThat(events)
        .extracting(Event::kind)
        .containsExactly(
            "process_gone", "takeover", "baseline_begun", "redis_lost_something", "lanes_behind");
    assertThat(events.get(1).text()).contains("4712@cache-2", "term 8");
  }

  @Test
  void shouldTellOfServersRefillsDeadLettersAndWarms() {
    Snapshot before = survey.snapshot();
    scene.part("4712@cache-2", "/apply/refill").put("lanes", 2);
    scene.part("4711@cache-1", "/project").put("dead_letters", 3);
    scene.jobs.put("warm", Scene.parse("{'state':'running','started_at':'2026-01-31T12:00:01Z'}"));
    Snapshot refilling = after(Duration.ofSeconds(1));
    scene.part("4712@cache-2", "/apply/refill").put("lanes", 0);
    scene.silent.put(Servers.KAFKA, clock.instant());
    Snapshot kafkaGone = after(Duration.ofSeconds(1));
    scene.silent.clear();

    assertThat(EventWatch.between(before, refilling))
        .extracting(Event::kind)
        .containsExactly("warm_running", "refill_begun", "dead_letters");
    assertThat(EventWatch.between(refilling, kafkaGone))
        .extracting(Event::kind)
        .containsExactly("kafka_lost", "refilled");
    assertThat(EventWatch.between(kafkaGone, after(Duration.ofSeconds(1))))
        .extracting(Event::kind)
        .containsExactly("kafka_back");
  }

  @Test
  void shouldTellOfABaselineThatIsComplete() {
    scene.part("4711@cache-1", "/capture").put("complete", false);
    Snapshot before = survey.snapshot();
    scene.part("4711@cache-1", "/capture").put("complete", true);

    assertThat(before.verdict().text()).startsWith("Baseline 1 is being read");
    assertThat(EventWatch.between(before, survey.snapshot()))
        .extracting(Event::kind)
        .containsExactly("baseline_complete");
  }

  @Test
  void shouldTellNothingWhenNothingHappens() {
    Snapshot before = survey.snapshot();
    scene.work(100);

    assertThat(EventWatch.between(before, after(Duration.ofSeconds(1)))).isEmpty();
  }
}
