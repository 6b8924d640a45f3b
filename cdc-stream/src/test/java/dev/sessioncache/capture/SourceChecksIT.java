package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that would lose changes is refused at the start, by one line that says what to do. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class SourceChecksIT {

  private static final Path DOCS = Path.of("..", "docs");

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (id text primary key, email text, display_name text, role text, status text);
      create table platform.user_sessions (id text primary key, token text not null unique, user_id text,
        ip_address inet, user_agent text, created_at timestamptz, last_activity_at timestamptz,
        expires_at timestamptz, request_count bigint, revoked_at timestamptz, data jsonb, note text);
      """;

  private static final String BOTH =
      "create publication p for table platform.users, platform.user_sessions";

  private static final String LISTED =
      "id, token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at,"
          + " request_count, revoked_at, data";

  private Connection connection;
  private Statement sql;
  private DatabaseUrl url;

  @BeforeEach
  void makeDatabase(Stack stack) throws Exception {
    url = DatabaseUrl.parse(stack.createDatabase("source_checks"));
    connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
    sql = connection.createStatement();
    sql.execute(SCHEMA);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alter table platform.user_sessions replica identity nothing | REPLICA IDENTITY DEFAULT
          alter table platform.user_sessions replica identity using index user_sessions_token_key | REPLICA IDENTITY DEFAULT
          alter table platform.users replica identity nothing | platform.users
          alter table platform.users drop constraint users_pkey, add primary key (id) deferrable | not be deferrable
          alter table platform.user_sessions set unlogged | SET LOGGED
          create table platform.old_sessions () inherits (platform.user_sessions) | INHERITS
          create publication p for table platform.users | ADD TABLE "platform"."user_sessions"
          create publication p for table platform.users, platform.user_sessions where (id > 'a') | condition on the rows
          create publication p for table platform.users (id, email), platform.user_sessions | (display_name, role, status)
          create publication p for table platform.users, platform.user_sessions (LISTED); alter table platform.user_sessions replica identity full | do not cover the REPLICA IDENTITY of platform.user_sessions
          create publication p for table platform.users, platform.user_sessions (LISTED); alter table platform.user_sessions alter note set not null; create unique index i on platform.user_sessions (id, note); alter table platform.user_sessions replica identity using index i | do not cover the REPLICA IDENTITY of platform.user_sessions
          create publication p for all tables with (publish = 'insert, update') | publish = 'insert, update, delete, truncate'
          """)
  void shouldRefuseWhatWouldLoseChanges(String statement, String advice) throws Exception {
    SessionMapping mapping = mapping();
    sql.execute(statement.replace("LISTED", LISTED));

    assertThatThrownBy(() -> check(mapping))
        .isInstanceOf(OperationException.class)
        .hasMessageContaining(advice)
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table platform.user_sessions replica identity full",
        "create unique index i on platform.user_sessions (token, id);"
            + " alter table platform.user_sessions alter id set not null,"
            + " replica identity using index i",
        "create publication p for all tables",
        "create publication p for tables in schema platform",
        "create publication p for table platform.user_sessions (" + LISTED + "), platform.users",
        BOTH + "; alter table platform.user_sessions replica identity full"
      })
  void shouldAcceptWhatLosesNothing(String statement) throws Exception {
    SessionMapping mapping = mapping();
    sql.execute(statement);

    assertThatCode(() -> check(mapping)).doesNotThrowAnyException();
  }

  @Test
  void shouldNotPublishATableWhoseUpdatesPostgresWouldThenRefuse() throws Exception {
    SessionMapping mapping = mapping();
    sql.execute("alter table platform.users replica identity nothing");

    assertThatThrownBy(() -> check(mapping)).isInstanceOf(OperationException.class);

    sql.execute("insert into platform.users values ('a')");
    sql.execute("update platform.users set role = 'b'");
    assertThat(sql.getUpdateCount()).isEqualTo(1);
  }

  /** It is no right that is missing, and Postgres is not away. */
  @Test
  void shouldEndTheWaitForALockBeforeTheNetworkTimeout() throws Exception {
    SessionMapping mapping = mapping();
    try (Connection ours = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
      ours.setNetworkTimeout(Runnable::run, 10_000);
      Publication publication = new Publication(ours, "p", mapping);
      new Source(ours, settings(), publication).limitWaits();
      connection.setAutoCommit(false);
      sql.execute("lock table platform.users in share update exclusive mode"); // as a VACUUM does

      assertThatThrownBy(publication::ensure)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
      assertThat(ours.isValid(20)).isTrue();
    }
  }

  private static CaptureSettings settings() {
    return Configuration.load(
            new Sources(null, Map.of(), Map.of()), List.of(CaptureSettings.class), List.of())
        .get(CaptureSettings.class);
  }

  @Test
  void shouldSayThatThePublicationIsMissingWhenWeMayNotCreateIt() throws Exception {
    SessionMapping mapping = mapping();
    sql.execute(
        "drop role if exists source_checks_other; create role source_checks_other;"
            + " grant usage on schema platform to source_checks_other;"
            + " grant select on all tables in schema platform to source_checks_other;"
            + " set role source_checks_other");

    assertThatThrownBy(() -> new Publication(connection, "p", mapping).ensure())
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("the publication is missing and we may not create it");

    sql.execute("reset role; drop owned by source_checks_other; drop role source_checks_other");
  }

  /** Postgres refuses them when a column of the identity is not published. */
  @Test
  void shouldLetTheApplicationWriteWhenOurPagesAreFollowed() throws Exception {
    sql.execute("alter table platform.user_sessions alter user_id set not null");
    for (String line : linesOf("connect.md", "CREATE UNIQUE INDEX", "ALTER TABLE")) {
      sql.execute(line);
    }
    sql.execute(publicationOfRoleSql());

    new TableChecks(connection, mapping()).check();
    new Publication(connection, "session_cache_warmer", mapping()).check();
    new UserIdentity(connection, mapping()).check();
    sql.execute("insert into platform.user_sessions (id, token, user_id) values ('s', 't', 'u')");
    sql.execute("update platform.user_sessions set user_id = 'v'");
    sql.execute("delete from platform.user_sessions");
    assertThat(sql.getUpdateCount()).isEqualTo(1);
  }

  @Test
  void shouldNotCreateThePublicationWhenItWouldStopTheApplication() throws Exception {
    sql.execute("alter table platform.user_sessions replica identity full");

    assertThatThrownBy(() -> sql.execute(publicationOfRoleSql()))
        .hasMessageContaining("the REPLICA IDENTITY of platform.user_sessions has columns");

    sql.execute("insert into platform.user_sessions (id, token) values ('s', 't')");
    sql.execute("delete from platform.user_sessions");
    assertThat(sql.getUpdateCount()).isEqualTo(1);
  }

  /** Without the roles, which are the whole server's. */
  private static String publicationOfRoleSql() throws IOException {
    String script = Files.readString(DOCS.resolve("deploy/postgres/role.sql"));
    return script.substring(script.indexOf("-- With the same columns"));
  }

  private static List<String> linesOf(String page, String... beginnings) throws IOException {
    List<String> lines =
        Files.readAllLines(DOCS.resolve(page)).stream()
            .map(String::strip)
            .filter(line -> Arrays.stream(beginnings).anyMatch(line::startsWith))
            .toList();
    assertThat(lines).hasSameSizeAs(beginnings);
    return lines;
  }

  @Test
  void shouldRefuseAGeneratedColumnInTheDocument() throws Exception {
    sql.execute(
        "alter table platform.user_sessions drop column user_agent, add column user_agent text"
            + " generated always as (upper(note)) stored");

    assertThatThrownBy(() -> check(mapping())).hasMessageContaining("(user_agent)");
  }

  @Test
  void shouldSayHowToPublishPartitionsUnderTheNameOfTheirTable() throws Exception {
    sql.execute(
        """
        drop table platform.users;
        create table platform.users (id text primary key, email text, display_name text, role text, status text)
          partition by hash (id);
        create table platform.users_0 partition of platform.users for values with (modulus 1, remainder 0);
        """);
    SessionMapping mapping = mapping();
    sql.execute(BOTH);

    assertThatThrownBy(() -> check(mapping))
        .hasMessageContaining("SET (publish_via_partition_root = true)");

    sql.execute("drop publication p");
    check(mapping);
    sql.execute("alter table platform.users_0 replica identity nothing");
    assertThatThrownBy(() -> check(mapping)).hasMessageContaining("platform.users_0");
  }

  @Test
  void shouldRefuseRowsThatAreHiddenFromUs() throws Exception {
    SessionMapping mapping = mapping();
    sql.execute(
        """
        drop role if exists source_checks_reader; create role source_checks_reader;
        grant usage on schema platform to source_checks_reader;
        alter table platform.users enable row level security;
        set role source_checks_reader
        """);

    assertThatThrownBy(() -> new TableChecks(connection, mapping).check())
        .hasMessageContaining("BYPASSRLS");

    sql.execute("reset role; drop owned by source_checks_reader; drop role source_checks_reader");
  }

  @Test
  void shouldTellWhenTheSlotIsNoLongerThatOfTheStart() throws Exception {
    sql.execute("select pg_create_logical_replication_slot('source_checks', 'pgoutput')");
    long from;
    try (ResultSet slot =
        sql.executeQuery(
            "select confirmed_flush_lsn - '0/0' from pg_replication_slots where slot_name ="
                + " 'source_checks'")) {
      slot.next();
      from = slot.getLong(1);
    }
    prove(url, from);
    sql.execute("select pg_logical_emit_message(true, 'a', 'b')");
    sql.execute("select pg_replication_slot_advance('source_checks', pg_current_wal_lsn())");

    assertThatThrownBy(() -> prove(url, from)).hasMessageContaining("dropped or moved");

    sql.execute("select pg_drop_replication_slot('source_checks')");
    assertThatThrownBy(() -> prove(url, from)).hasMessageContaining("dropped or moved");
    sql.execute("select pg_create_logical_replication_slot('source_checks', 'pgoutput')");
    assertThatThrownBy(() -> prove(url, from)).hasMessageContaining("dropped or moved");
  }

  private static void prove(DatabaseUrl url, long lsn) {
    SlotProof.prove(
        url, new CaptureRecord("system", "source_checks", "", Epoch.NONE, 1, true, lsn));
  }

  private SessionMapping mapping() throws SQLException {
    return SessionMapping.resolve(
        Configuration.load(
                new Sources(null, Map.of(), Map.of()), List.of(MappingSettings.class), List.of())
            .get(MappingSettings.class),
        connection);
  }

  /** In the order of the start. */
  private void check(SessionMapping mapping) throws SQLException {
    new TableChecks(connection, mapping).check();
    new Publication(connection, "p", mapping).ensure();
  }
}
