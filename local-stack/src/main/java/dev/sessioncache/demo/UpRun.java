package dev.sessioncache.demo;

import dev.sessioncache.demo.check.Budget;
import dev.sessioncache.demo.check.CacheCheck;
import dev.sessioncache.demo.check.CheckReport;
import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.DataState;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.DatabaseClock;
import dev.sessioncache.demo.data.DemoData;
import dev.sessioncache.demo.data.ForeignDataException;
import dev.sessioncache.demo.outage.OutageRequests;
import dev.sessioncache.demo.outage.Outages;
import dev.sessioncache.demo.traffic.HitRate;
import dev.sessioncache.localstack.Breakable;
import dev.sessioncache.localstack.FreePort;
import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.LogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The story of {@code up}: data, warm, stream, traffic, and with {@code --once} the check. Runs on
 * one thread; whatever it started is stopped when it returns or throws.
 */
final class UpRun {

  /** The same data on every machine. */
  private static final long SEED = 42;

  /** Which take long to create. */
  private static final int MANY_SESSIONS = 500_000;

  private static final String NO_TOKEN = "none";

  /** After the traffic, until all of it must be in Redis. */
  private static final Duration ARRIVAL = Duration.ofSeconds(40);

  /** For how long a part may fail while servers are broken on purpose. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final UpOptions options;
  private final Path home;
  private final DataDirectory directory;
  private final Progress progress;
  private final StopSignal stop;

  UpRun(UpOptions options, Path home, DataDirectory directory, Progress progress, StopSignal stop) {
    this.options = options;
    this.home = home;
    this.directory = directory;
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * Runs until the user stops it, or, with {@code --once}, to the summary.
   *
   * @throws StoppedException when the user stopped it
   */
  Summary run(Servers servers)
      throws SQLException, IOException, InterruptedException, RunFailedException, StoppedException {
    if (servers.local() != null) {
      offer(servers.endpoints());
    }
    Database database = Database.at(servers.endpoints().databaseUrl());
    try (Cache cache = Cache.at(servers.endpoints().redisUrl());
        Connection connection = database.connect()) {
      DataState data = data(connection);
      Clock databaseClock = databaseClock(connection);
      Programs programs = new Programs(home, servers.endpoints(), directory, FreePort.find());
      Budget budget = Budget.of(connection, options.count);
      WarmReport warm = warm(programs);
      try (StreamRun stream = stream(programs, cache, databaseClock);
          TrafficRun traffic =
              new TrafficRun(
                  database,
                  cache,
                  databaseClock,
                  stream,
                  warm,
                  application(programs),
                  options.once ? Duration.ZERO : PATIENCE,
                  options.rate)) {
        TrafficReport report = traffic(traffic, stream, servers, connection);
        CheckReport check = check(database, cache, budget);
        return summary(servers, data, warm, stream.report(), report, traffic, check);
      }
    }
  }

  /** In a file that only we can read, since it holds a password. */
  private void offer(Endpoints endpoints) throws IOException {
    Path file = directory.environment();
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, endpoints.asShell());
    say("servers are up; to use them in another shell: . '%s'", file);
  }

  private DataState data(Connection connection)
      throws SQLException, RunFailedException, StoppedException {
    stop.sleep(Duration.ZERO);
    try {
      DemoData demo = new DemoData(options.sessions, SEED);
      if (options.sessions >= MANY_SESSIONS) {
        say("looking for %,d sessions, or creating them: some minutes", options.sessions);
      }
      DataState data = demo.createIfEmpty(connection, DatabaseClock.read(connection));
      say(
          "%s %,d sessions of %,d users, %,d live, in %.1f s",
          data.created() ? "created" : "found",
          data.sessions(),
          data.users(),
          data.live(),
          data.seconds());
      if (data.live() < data.sessions() / 10) {
        say("the data has aged: few sessions are still live; --fresh creates new ones");
      }
      return data;
    } catch (ForeignDataException e) {
      throw new RunFailedException(e.getMessage() + "", e);
    }
  }

  private static Clock databaseClock(Connection connection) throws SQLException {
    Instant before = Instant.now();
    Duration ahead = Duration.between(before, DatabaseClock.read(connection));
    return Clock.offset(Clock.systemUTC(), ahead);
  }

  private WarmReport warm(Programs programs)
      throws IOException, RunFailedException, StoppedException {
    say("warming the %,d most recently used sessions", options.count);
    WarmReport warm = new Warm(programs, stop).run(options.count);
    say(
        "warmed %,d sessions in %.2f s, the first %.1f s after the start of this command",
        warm.sessions(), warm.seconds(), warm.firstWarmedSeconds());
    return warm;
  }

  private StreamRun stream(Programs programs, Cache cache, Clock databaseClock)
      throws IOException, RunFailedException, StoppedException {
    say("starting the stream; its log is %s", programs.streamLog());
    programs.streamUrl().ifPresent(url -> tellWhere(", once it has started", url));
    StreamRun stream = StreamRun.start(programs, cache, stop);
    try {
      StreamReport report = stream.awaitReady(databaseClock);
      say("stream is current; %s: %s", report.mode(), report.reason());
      if (programs.streamUrl().isEmpty() && !report.http().isEmpty()) {
        tellWhere("", report.http());
      }
      return stream;
    } catch (RunFailedException | StoppedException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private void tellWhere(String when, String url) {
    say("how it is, in a browser%s: %s/; for programs: %s/metrics", when, url, url);
  }

  /** Answers by now: what it takes to start is none of the figures. */
  private static Application application(Programs programs) throws IOException, RunFailedException {
    Application application = programs.application();
    try {
      application.validate(NO_TOKEN);
      return application;
    } catch (IOException e) {
      application.close();
      throw new RunFailedException(
          "warmer validate has ended at its start:\n" + LogTail.of(programs.applicationLog()), e);
    }
  }

  private TrafficReport traffic(
      TrafficRun traffic, StreamRun stream, Servers servers, Connection connection)
      throws SQLException, IOException, RunFailedException, StoppedException {
    say("simulating %d changes/s%s", options.rate, options.once ? "" : "; Ctrl-C ends");
    if (options.once) {
      traffic.show(Duration.ofSeconds(options.seconds()), stream::requireAlive, progress, stop);
    } else {
      showWithOutages(traffic, stream, servers);
    }
    traffic.stopTraffic();
    Instant last = DatabaseClock.read(connection);
    long stopped = System.nanoTime();
    boolean reached = stream.awaitReached(last, ARRIVAL);
    @Nullable Double after = reached ? (System.nanoTime() - stopped) / 1e9 : null;
    return traffic.report(after);
  }

  /** Until the user stops the run; only what is ours may be broken. */
  private void showWithOutages(TrafficRun traffic, StreamRun stream, Servers servers)
      throws IOException, RunFailedException, StoppedException {
    Map<String, Breakable> parts = new LinkedHashMap<>();
    LocalStack local = servers.local();
    if (local != null) {
      say("to break something: ./warmer break postgres, kafka, redis or stream");
      List.of(local.postgres(), local.kafka(), local.redis())
          .forEach(server -> parts.put(server.name(), server));
    }
    parts.put(BreakPart.Part.STREAM.label(), stream.process());
    Outages outages =
        new Outages(new OutageRequests(directory.outages()), parts, line -> say("%s", line));
    try {
      traffic.show(null, outages::check, progress, stop);
    } finally {
      outages.mend();
    }
  }

  private CheckReport check(Database database, Cache cache, Budget budget)
      throws SQLException, InterruptedException {
    say("comparing every cached session with Postgres");
    try (CacheCheck check = new CacheCheck(database, cache, budget, CacheCheck.SECOND_LOOK)) {
      return check.run();
    }
  }

  private static Summary summary(
      Servers servers,
      DataState data,
      WarmReport warm,
      StreamReport stream,
      TrafficReport report,
      TrafficRun traffic,
      CheckReport check) {
    HitRate hits = traffic.hitRate();
    @Nullable Double rate = hits.rate().isPresent() ? hits.rate().getAsDouble() : null;
    return new Summary(
        report.reached() && check.clean() && rate != null,
        servers.startSeconds(),
        data,
        warm,
        stream,
        report,
        traffic.lag(),
        traffic.latency(),
        new Summary.Reads(hits.reads(), hits.hits(), rate),
        check);
  }

  private void say(String format, Object... values) {
    progress.step(String.format(Locale.ROOT, format, values));
  }
}
