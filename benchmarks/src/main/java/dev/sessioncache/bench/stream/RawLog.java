package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Client;
import dev.sessioncache.bench.measure.CpuTimes;
import dev.sessioncache.bench.measure.Run;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * As fast as Postgres gives its log: <a
 * href="https://www.postgresql.org/docs/current/app-pgrecvlogical.html">pg_recvlogical</a> with the
 * same plugin, thrown away. The clock runs from its start to its end.
 */
final class RawLog implements Drain {

  static final String PROGRAM = "pg_recvlogical";

  private static final String NAME = "bench_raw"; // of the slot and of the publication

  private final Workbench bench;

  RawLog(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public String name() {
    return "limit: " + PROGRAM;
  }

  @Override
  public void begin() throws SQLException {
    try (Connection connection = bench.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create publication %s for table platform.user_sessions".formatted(NAME));
    }
    bench.ask("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(NAME));
  }

  @Override
  public Run run(Backlog.Marks marks) throws Exception {
    // Commits, so that all before it is in the log for certain.
    String end = bench.ask("select pg_logical_emit_message(true, 'bench', 'end')");
    CpuTimes before = CpuTimes.now();
    long startNanos = System.nanoTime();
    long kilobytes = new Client(bench.environment(), bench.log(PROGRAM)).run(command(end));
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    CpuTimes taken = CpuTimes.now().since(before);
    if (!bench
        .ask(
            "select confirmed_flush_lsn >= '%s' from pg_replication_slots where slot_name = '%s'"
                .formatted(end, NAME))
        .equals("t")) {
      throw new IllegalStateException(PROGRAM + " has not come to the end of the backlog");
    }
    return new Run(
        marks.lead() + marks.changes(), seconds, taken.seconds(), Run.megabytes(kilobytes));
  }

  private List<String> command(String end) {
    return List.of(
        PROGRAM,
        "--dbname=" + bench.environment().getOrDefault("PGDATABASE", ""),
        "--slot=" + NAME,
        "--start",
        "--endpos=" + end,
        "--no-loop",
        "--option=proto_version=1",
        "--option=publication_names=" + NAME,
        "--fsync-interval=0",
        "--file=/dev/null");
  }
}
