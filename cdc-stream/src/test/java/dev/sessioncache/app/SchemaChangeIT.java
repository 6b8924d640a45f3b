package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that are altered while capture runs: it goes on, reads all rows anew, or stops with one
 * line that says why.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class SchemaChangeIT {

  private static final String ALTERED = "the publication or a table has been altered";

  private Pipeline pipeline;
  private CapturedRows captured;

  @BeforeEach
  void makePipeline(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, "schema_" + number, stateDir);
    pipeline.set("capture.retry.limit", "1");
    captured = new CapturedRows(pipeline);
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    pipeline.session("first", "ada");
    pipeline.session("second", "bob");
  }

  @AfterEach
  void closePipeline() throws Exception {
    captured.close();
    pipeline.close();
  }

  @Test
  void shouldGoOnWhenColumnsChangeThatAreNotMapped() {
    start();

    alterSessions("add column note text not null default 'new'");
    pipeline.session("with-note", "ada");
    countUp();
    alterSessions("rename column note to remark");
    countUp();
    alterSessions("alter column remark type varchar(100)");
    countUp();
    alterSessions("drop column remark");
    pipeline.session("without-note", "bob");
    countUp();

    captured.assertSameAsPostgres();
    assertThat(captured.baselines()).isEqualTo(1);
  }

  @Test
  void shouldTakeDeletionsThatCarryWholeRows() {
    alterSessions("replica identity full");
    start();

    countUp();
    delete("first");
    pipeline.execute(
        "update platform.user_sessions set id = gen_random_uuid() where token = 'second'");

    captured.assertSameAsPostgres();
  }

  /** What ALTER does to the rows is not in the log. */
  @Test
  void shouldReadAllRowsAnewWhenAMappedColumnIsRewritten() {
    start();

    alterSessions("alter column request_count type bigint using request_count + 41");

    captured.awaitBaseline(ALTERED);
    captured.assertSameAsPostgres();
  }

  @Test
  @Tag("soak")
  void shouldReadAllRowsAnewWhenATableWasNotPublishedForAWhile() {
    start();

    String publication = "alter publication session_cache_warmer ";
    pipeline.execute(publication + "drop table platform.user_sessions");
    delete("first");
    pipeline.execute(publication + "add table platform.user_sessions");

    captured.awaitBaseline(ALTERED);
    captured.assertSameAsPostgres();
  }

  @Test
  void shouldReadAllRowsAnewWhenThePublicationIsDropped() {
    pipeline.set("capture.retry.limit", "10");
    start();

    pipeline.execute("drop publication session_cache_warmer");
    delete("first");

    captured.awaitBaseline(ALTERED);
    captured.assertSameAsPostgres();
  }

  /** Postgres sends nothing of either. */
  @Test
  @Tag("soak")
  void shouldReadAllRowsAnewWhenAPartitionIsTruncatedOrDropped() {
    partitionSessions();
    start();

    pipeline.execute("truncate platform.lower_sessions");

    long truncated = captured.awaitBaseline(ALTERED).path("baseline").asLong();
    captured.assertSameAsPostgres();
    pipeline.execute("drop table platform.upper_sessions");
    captured.awaitBaselineAfter(truncated);
    captured.assertSameAsPostgres();
  }

  @Test
  void shouldStopWhenAMappedColumnGoesOrChangesItsType() {
    start();

    alterSessions("rename column data to payload");

    assertStops("platform.user_sessions", "no column data");
    alterSessions("rename column payload to data");
    startAgain();
    captured.awaitBaseline(ALTERED);
    captured.assertSameAsPostgres();

    alterSessions("alter column ip_address type text using host(ip_address)");

    assertStops("platform.user_sessions", "type of a mapped", "start all our programs again");
    startAgain();
    captured.assertSameAsPostgres();
  }

  @Test
  void shouldStopWhenThePrimaryKeyChangesOrGoes() {
    start();

    alterSessions("drop constraint user_sessions_pkey, add primary key (token)");

    assertStops("platform.user_sessions", "primary key", "start all our programs again");
    startAgain();
    captured.awaitBaseline(ALTERED);
    captured.assertSameAsPostgres();

    alterSessions("drop constraint user_sessions_pkey");

    assertStops("platform.user_sessions", "needs a primary key");
  }

  private void start() {
    pipeline.start(Role.CAPTURE);
    captured.awaitQuiet();
  }

  private void startAgain() {
    pipeline.stop();
    pipeline.start(Role.CAPTURE);
  }

  private void alterSessions(String how) {
    pipeline.execute("alter table platform.user_sessions " + how);
  }

  private void countUp() {
    pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
  }

  private void delete(String token) {
    pipeline.execute("delete from platform.user_sessions where token = '" + token + "'");
  }

  private void partitionSessions() {
    pipeline.execute(
        """
        create table platform.parts (like platform.user_sessions including defaults, primary key (id))
          partition by range (id);
        create table platform.lower_sessions partition of platform.parts
          for values from (minvalue) to ('80000000-0000-0000-0000-000000000000');
        create table platform.upper_sessions partition of platform.parts
          for values from ('80000000-0000-0000-0000-000000000000') to (maxvalue);
        drop table platform.user_sessions;
        alter table platform.parts rename to user_sessions;
        """);
    for (int i = 0; i < 20; i++) {
      pipeline.session("part-" + i, "ada");
    }
  }

  private void assertStops(String... words) {
    assertThat(pipeline.running())
        .failsWithin(Pipeline.SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOf(OperationException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words).hasLineCount(1));
  }
}
