package dev.sessioncache.guard;

import static dev.sessioncache.guard.Sql.execute;
import static dev.sessioncache.guard.Sql.longs;
import static dev.sessioncache.guard.Sql.number;
import static dev.sessioncache.guard.Sql.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.postgres.PostgresConnections;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@link PgSnapshot} sees what the real server says that the snapshot sees. */
@ExtendWith(StackExtension.class)
class VisibilityIT {

  private static final int WRITERS = 8;
  private static final int STEPS = 400;

  private final String url;
  private final List<Connection> opened = new ArrayList<>();
  private final Connection observer;

  VisibilityIT(Stack stack) throws SQLException {
    url = stack.createDatabase("visibility_it");
    observer = open();
    execute(observer, "create table written (transaction bigint not null)");
  }

  @AfterEach
  void close() throws SQLException {
    for (Connection connection : opened) {
      connection.close();
    }
  }

  /** What a REPEATABLE READ transaction knew: its snapshot, and whose rows it read. */
  private record Reading(String snapshot, Set<Long> transactions) {}

  @Test
  void shouldSeeWhatPostgresSeesWhileTransactionsCommitAroundSnapshots() throws SQLException {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Set<Long> committed = new TreeSet<>();
    Set<Long> all = new TreeSet<>();
    List<Reading> readings = new ArrayList<>();
    List<Writer> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new Writer(open()));
    }

    for (int step = 0; step < STEPS; step++) {
      Writer writer = writers.get(random.nextInt(WRITERS));
      if (writer.transaction == 0) {
        all.add(writer.write());
      } else if (random.nextInt(4) == 0) {
        writer.end("rollback");
      } else if (random.nextInt(3) == 0) {
        committed.add(writer.end("commit"));
      }
      if (step % 4 == 0) {
        readings.add(read());
      }
    }
    for (Writer writer : writers) {
      if (writer.transaction != 0) {
        committed.add(writer.end("commit"));
      }
    }

    assertThat(readings).anyMatch(reading -> reading.snapshot().contains(","));
    for (Reading reading : readings) {
      Set<Long> completed = completed(all, reading.snapshot());
      assertThat(seen(all, reading.snapshot(), 0))
          .as("seed %d, snapshot %s", seed, reading.snapshot())
          .isEqualTo(completed);
      assertThat(intersection(completed, committed))
          .as("rows read in %s, seed %d", reading.snapshot(), seed)
          .isEqualTo(reading.transactions());
      long untilWrap = (1L << 32) - all.stream().skip(all.size() / 2).findFirst().orElseThrow();
      assertThat(seen(all, reading.snapshot(), untilWrap))
          .as("ids wrap around in %s, seed %d", reading.snapshot(), seed)
          .isEqualTo(completed);
    }
  }

  /** Which of the transactions we say the snapshot sees, were all ids higher by so many. */
  private static Set<Long> seen(Set<Long> transactions, String snapshot, long higher) {
    String moved =
        Arrays.stream(snapshot.split(":", -1))
            .map(part -> moved(part, higher))
            .collect(Collectors.joining(":"));
    return transactions.stream()
        .filter(id -> PgSnapshot.parse(moved).sees(TransactionId.of(id + higher)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String moved(String ids, long higher) {
    return ids.isEmpty()
        ? ids
        : Arrays.stream(ids.split(","))
            .map(id -> Long.toString(Long.parseLong(id) + higher))
            .collect(Collectors.joining(","));
  }

  private static Set<Long> intersection(Set<Long> some, Set<Long> others) {
    Set<Long> both = new TreeSet<>(some);
    both.retainAll(others);
    return both;
  }

  /** Which of the transactions Postgres says had ended when the snapshot was taken. */
  private Set<Long> completed(Set<Long> transactions, String snapshot) throws SQLException {
    return longs(
        observer,
        """
        select id from unnest('{%s}'::text[]) id
        where pg_visible_in_snapshot(id::xid8, '%s'::pg_snapshot)
        """
            .formatted(
                transactions.stream().map(String::valueOf).collect(Collectors.joining(",")),
                snapshot));
  }

  private Reading read() throws SQLException {
    execute(observer, "begin transaction isolation level repeatable read, read only");
    String snapshot = text(observer, "select pg_current_snapshot()");
    Set<Long> rows = longs(observer, "select transaction from written");
    execute(observer, "commit");
    return new Reading(snapshot, rows);
  }

  /**
   * A row written below a savepoint carries the id of the subtransaction, which snapshots do not
   * list as running. So only top-level ids can be compared, and only those does pgoutput send.
   */
  @Test
  void shouldKnowSubtransactionsByTheTopLevelIdThatTheStreamSends() throws SQLException {
    execute(observer, "create publication visibility for table written");
    text(observer, "select pg_create_logical_replication_slot('visibility_it', 'pgoutput')");
    try {
      Connection writer = open();
      execute(writer, "begin");
      long top = number(writer, "select pg_current_xact_id()");
      execute(writer, "savepoint kept; insert into written values (1); release kept");
      execute(writer, "savepoint undone; insert into written values (2); rollback to undone");
      execute(writer, "savepoint open; insert into written values (3)");
      Set<Long> below = longs(writer, "select xmin from written");
      execute(observer, "insert into written values (4)"); // its id is higher than all of these
      String during = text(observer, "select pg_current_snapshot()");
      execute(writer, "commit");
      String after = text(observer, "select pg_current_snapshot()");

      assertThat(below).hasSize(2).doesNotContain(top);
      assertThat(streamed()).contains(top).doesNotContainAnyElementsOf(below);
      assertThat(PgSnapshot.parse(during).sees(TransactionId.of(top))).isFalse();
      assertThat(PgSnapshot.parse(after).sees(TransactionId.of(top))).isTrue();
      for (long subtransaction : below) {
        assertThat(PgSnapshot.parse(during).sees(TransactionId.of(subtransaction)))
            .as("what a subtransaction's id would be taken for: not running")
            .isTrue();
      }
    } finally {
      text(observer, "select pg_drop_replication_slot('visibility_it')");
    }
  }

  /**
   * The transaction ids of the stream, from its <a
   * href="https://www.postgresql.org/docs/17/protocol-logicalrep-message-formats.html">Begin
   * messages</a>: 'B', position, time, id.
   */
  private Set<Long> streamed() throws SQLException {
    Set<Long> ids = new TreeSet<>();
    try (Statement statement = observer.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select data from pg_logical_slot_peek_binary_changes('visibility_it', null, null,
                  'proto_version', '1', 'publication_names', 'visibility')
                """)) {
      while (rows.next()) {
        ByteBuffer message = ByteBuffer.wrap(rows.getBytes(1));
        if (message.get(0) == 'B') {
          ids.add(Integer.toUnsignedLong(message.getInt(17)));
        }
      }
    }
    return ids;
  }

  /** One connection with at most one transaction; 0 when there is none. */
  private static final class Writer {

    private final Connection connection;
    private long transaction;

    Writer(Connection connection) {
      this.connection = connection;
    }

    long write() throws SQLException {
      execute(connection, "begin");
      transaction =
          number(
              connection,
              "insert into written select pg_current_xact_id()::text::bigint returning"
                  + " transaction");
      return transaction;
    }

    long end(String how) throws SQLException {
      execute(connection, how);
      long ended = transaction;
      transaction = 0;
      return ended;
    }
  }

  private Connection open() throws SQLException {
    Connection connection = PostgresConnections.open(DatabaseUrl.parse(url), "visibility-it");
    opened.add(connection);
    return connection;
  }
}
