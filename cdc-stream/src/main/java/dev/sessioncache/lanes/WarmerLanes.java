package dev.sessioncache.lanes;

import dev.sessioncache.apply.ApplySettings;
import dev.sessioncache.capture.CaptureSettings;
import dev.sessioncache.capture.CaptureStop;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.UsageException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.json.JsonText;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneAdmin;
import dev.sessioncache.topic.LaneSettings;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lanes}: shows the lanes, or changes their number. */
@Command(
    name = "warmer lanes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Shows the lanes: topics with their settings, groups, and for each lane how old its watermark",
      "is and how many records of changes and entries are still to be read.",
      "With --change-to it gives the installation another number of lanes. All instances of the",
      "stream have to be stopped; the next start reads all rows anew."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer lanes                       what is there",
      "  warmer lanes --json                one JSON object on stdout, for a script",
      "  warmer lanes --change-to 8 --yes   eight lanes from now on; then set lanes = 8",
      "",
      "Exit code: 0 done, 1 failed or refused, 2 usage.",
      "Reads KAFKA_BOOTSTRAP_SERVERS and REDIS_URL, to change the number DATABASE_URL too."
    })
public final class WarmerLanes implements Callable<Integer> {

  private static final String NAME = "warmer-lanes";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Map<String, String> environment;
  private final List<Class<? extends Record>> known;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  @Option(
      names = "--change-to",
      paramLabel = "N",
      description = "The new number of lanes, 1 to " + Lanes.MOST + ".")
  private @Nullable Integer changeTo;

  @Option(names = "--yes", description = "Change it without asking.")
  private boolean yes;

  /**
   * With the environment of this process.
   *
   * @param known all sections that a file of the stream may hold
   */
  public WarmerLanes(List<Class<? extends Record>> known) {
    this(known, System.getenv());
  }

  WarmerLanes(List<Class<? extends Record>> known, Map<String, String> environment) {
    this.known = List.copyOf(known);
    this.environment = Map.copyOf(environment);
  }

  /** Runs it as a program of its own. */
  public static int run(List<Class<? extends Record>> known, String... args) {
    return CommandRunner.run(new CommandLine(new WarmerLanes(known)), args);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (changeTo != null && (changeTo < 1 || changeTo > Lanes.MOST)) {
      throw new UsageException("--change-to takes 1 to " + Lanes.MOST);
    }
    Configuration configuration =
        Configuration.load(shared.sources(environment), sections(), known);
    Admin admin = KafkaClients.of(configuration).admin();
    try (RedisConnections redis =
        new RedisConnections(configuration.get(RedisSettings.class), NAME)) {
      RedisClusterCommands<byte[], byte[]> commands = redis.open().sync();
      if (changeTo == null) {
        show(configuration, admin, commands);
      } else {
        change(configuration, admin, commands, changeTo);
      }
      return ExitCode.OK;
    } catch (RedisException e) {
      throw new OperationException(
          "Redis does not answer as it should ("
              + e.getClass().getSimpleName()
              + "): is it running, and may we? (REDIS_URL)",
          e);
    } finally {
      admin.close(CLOSE_TIMEOUT);
    }
  }

  private List<Class<? extends Record>> sections() {
    List<Class<? extends Record>> sections =
        new ArrayList<>(
            List.of(
                RedisSettings.class,
                KafkaSettings.class,
                KafkaSecurity.class,
                GuardSettings.class,
                LaneSettings.class,
                ApplySettings.class));
    if (changeTo != null) {
      sections.addAll(List.of(DatabaseSettings.class, CaptureSettings.class));
    }
    return sections;
  }

  private void show(
      Configuration configuration, Admin admin, RedisClusterCommands<byte[], byte[]> redis)
      throws InterruptedException {
    LaneSettings lanes = configuration.get(LaneSettings.class);
    LaneView view =
        new LaneLook(
                new LaneAdmin(admin, lanes),
                lanes,
                configuration.get(ApplySettings.class).groupId(lanes),
                redis,
                configuration.get(GuardSettings.class))
            .view();
    out().println(shared.json() ? view.json() : view.text());
  }

  private void change(
      Configuration configuration,
      Admin admin,
      RedisClusterCommands<byte[], byte[]> redis,
      int count)
      throws InterruptedException {
    LaneSettings lanes = configuration.get(LaneSettings.class);
    List<String> done = new ArrayList<>();
    Consumer<String> told =
        line -> {
          done.add(line);
          if (!shared.json() && !shared.quiet()) {
            out().println(line);
          }
        };
    try (CaptureStop stop =
        CaptureStop.hold(
            configuration.get(DatabaseSettings.class).url(),
            configuration.get(CaptureSettings.class))) {
      LaneChange change =
          new LaneChange(stop, admin, lanes, redis, configuration.get(GuardSettings.class), told);
      change.requireStopped();
      confirm(lanes, count);
      change.to(count);
    }
    if (shared.json()) {
      out().println(json(count, done));
    } else {
      out()
          .println(
              "set lanes = "
                  + count
                  + " for every instance and start them: they read all rows anew, and delete what"
                  + " they have stored of the old lanes");
    }
  }

  private static String json(int count, List<String> done) {
    return JsonText.object(
        json -> {
          json.writeNumberField("lanes", count);
          json.writeArrayFieldStart("done");
          for (String line : done) {
            json.writeString(line);
          }
          json.writeEndArray();
        });
  }

  private void confirm(LaneSettings lanes, int count) {
    if (yes) {
      return;
    }
    if (System.console() == null) {
      throw new UsageException("--change-to deletes topics: say --yes where nobody can be asked");
    }
    String answer =
        System.console()
            .readLine(
                "This deletes what stands in the lanes of %s; it is read anew from Postgres."
                    + " Type %d to go on: ",
                lanes.prefix(), count);
    if (answer == null || !answer.strip().equals(Integer.toString(count))) {
      throw new OperationException("nothing was changed");
    }
  }

  private PrintWriter out() {
    return Objects.requireNonNull(command).commandLine().getOut();
  }
}
