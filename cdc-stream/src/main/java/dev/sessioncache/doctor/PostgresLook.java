package dev.sessioncache.doctor;

import dev.sessioncache.capture.CaptureChecks;
import dev.sessioncache.capture.CaptureSettings;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGProperty;

/** Looks at Postgres. */
final class PostgresLook {

  private static final long MIB = 1024 * 1024;
  private static final String ENCRYPTED =
      "select coalesce(bool_or(ssl), false) from pg_stat_ssl where pid = pg_backend_pid()";
  private static final String SUPERUSER =
      "select rolsuper from pg_roles where rolname = current_user";
  private static final String NO_LIMIT = "-1";
  private static final Duration CLOCKS_APART = Duration.ofSeconds(1);

  private final Configuration configuration;

  PostgresLook(Configuration configuration) {
    this.configuration = configuration;
  }

  List<Finding> findings() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(0, Finding.of("postgres", () -> look(findings)));
    return findings;
  }

  /** What else there is to find goes into the list. */
  private Finding look(List<Finding> findings) throws SQLException, InterruptedException {
    try (Connection connection =
        PostgresConnections.open(
            configuration.get(DatabaseSettings.class).url(), "session-cache-warmer doctor")) {
      connection.setReadOnly(true);
      String version = text(connection, "show server_version");
      findings.add(Finding.of("postgres-access", () -> access(connection)));
      findings.add(Finding.of("clock", () -> clock(connection)));
      findings.add(Finding.of("tables", () -> tables(connection, findings)));
      return Finding.ok("postgres", "version " + version);
    }
  }

  private Finding access(Connection connection) throws SQLException {
    DatabaseUrl url = configuration.get(DatabaseSettings.class).url();
    boolean encrypted = is(connection, ENCRYPTED);
    boolean verified = "verify-full".equals(url.parameters().get(PGProperty.SSL_MODE.getName()));
    Access access = Access.ofPostgres(Access.isLocal(url.host()), encrypted, verified);
    return access
        .must(
            !is(connection, SUPERUSER),
            "our role is a superuser: use those of docs/deploy/postgres/role.sql")
        .finding();
  }

  private static boolean is(Connection connection, String sql) throws SQLException {
    return "t".equals(text(connection, sql));
  }

  private static Finding clock(Connection connection) throws SQLException {
    long before = System.currentTimeMillis();
    long there =
        Long.parseLong(
            text(connection, "select (extract(epoch from clock_timestamp()) * 1000)::bigint"));
    long apart = Math.abs(there - (before + System.currentTimeMillis()) / 2);
    String words = "%d ms between that of Postgres and that of this machine".formatted(apart);
    return apart > CLOCKS_APART.toMillis()
        ? Finding.warning("clock", words + ": lags are told wrong by so much; run NTP on both")
        : Finding.ok("clock", words);
  }

  private Finding tables(Connection connection, List<Finding> findings)
      throws SQLException, InterruptedException {
    SessionMapping mapping =
        SessionMapping.resolve(configuration.get(MappingSettings.class), connection);
    CaptureChecks capture =
        new CaptureChecks(connection, configuration.get(CaptureSettings.class), mapping);
    findings.add(
        Finding.of(
            "capture",
            () -> {
              capture.server();
              return Finding.ok(
                  "capture", "a primary with logical decoding; our role may replicate");
            }));
    findings.add(Finding.of("publication", () -> publication(capture)));
    findings.add(Finding.of("slot", () -> slot(capture)));
    capture.tables();
    return Finding.ok("tables", mapping.sessions().name() + ", " + mapping.users().name());
  }

  private static Finding publication(CaptureChecks capture) throws SQLException {
    return Finding.ok(
        "publication",
        capture.publication()
            ? "holds both tables, all operations and mapped columns"
            : "is not there yet: the first start creates it");
  }

  private static Finding slot(CaptureChecks capture) throws SQLException {
    Optional<CaptureChecks.SlotState> slot = capture.slot();
    if (slot.isEmpty()) {
      return Finding.ok(
          "slot", "is not there yet: the first start makes it, and reads all sessions");
    }
    if (slot.get().lost()) {
      return Finding.warning(
          "slot", "Postgres has thrown away log that it needs: the next start reads all sessions");
    }
    String words =
        "%s; Postgres keeps %,d MiB of log for it"
            .formatted(reader(slot.get()), slot.get().retainedBytes() / MIB);
    if (!slot.get().active() && !slot.get().held()) {
      return Finding.warning(
          "slot",
          words
              + ", and more and more: start the stream; drop the slot only if it is not to come back");
    }
    return capture.limitOfLog().equals(NO_LIMIT)
        ? Finding.warning(
            "slot",
            words
                + ", without a limit: set max_slot_wal_keep_size, or a stream that is down for long"
                + " fills its disk")
        : Finding.ok("slot", words + ", at most " + capture.limitOfLog());
  }

  private static String reader(CaptureChecks.SlotState slot) {
    if (slot.active()) {
      return "is being read";
    }
    return slot.held()
        ? "a capture has it that starts, or reads all sessions before it reads the log (or warmer lanes"
            + " has it)"
        : "nobody reads it";
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
