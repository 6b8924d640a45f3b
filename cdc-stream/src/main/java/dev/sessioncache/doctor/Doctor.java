package dev.sessioncache.doctor;

import dev.sessioncache.capture.CaptureSettings;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.thread.DaemonThreads;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code warmer doctor}. */
@Command(
    name = "warmer doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Looks whether Postgres, Kafka and Redis are as the other commands need them, and says what to do"
            + " where they are not. Changes nothing.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing has failed; there may be warnings, as of a stream that does not run: it may not have been started yet",
      "1:something has failed",
      "2:the command line or a setting is wrong"
    },
    footerHeading = "%nEnvironment:%n",
    footer =
        "  DATABASE_URL, REDIS_URL, KAFKA_BOOTSTRAP_SERVERS; all settings: docs/configuration.md")
public final class Doctor implements Callable<Integer> {

  private static final List<Class<? extends Record>> SECTIONS =
      List.of(
          DatabaseSettings.class,
          RedisSettings.class,
          KafkaSettings.class,
          KafkaSecurity.class,
          MappingSettings.class,
          GuardSettings.class,
          LaneSettings.class,
          CaptureSettings.class);

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  /** With the environment of this process. */
  public Doctor() {
    this(System.getenv());
  }

  Doctor(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new Doctor()), args));
  }

  @Override
  public Integer call() throws InterruptedException {
    shared.startLog("ERROR");
    Configuration configuration = Configuration.loadShared(shared.sources(environment), SECTIONS);
    Findings findings =
        new Findings(
            sideBySide(
                List.of(
                    new PostgresLook(configuration)::findings,
                    new KafkaLook(configuration)::findings,
                    new RedisLook(configuration)::findings)));
    Objects.requireNonNull(command)
        .commandLine()
        .getOut()
        .println(shared.json() ? findings.json() : findings.text());
    return findings.isWell() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** A server that hangs is waited for once, not after another one. */
  private static List<Finding> sideBySide(List<Callable<List<Finding>>> looks)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(looks.size(), new DaemonThreads("look"));
    try {
      List<Finding> all = new ArrayList<>();
      for (Future<List<Finding>> found : threads.invokeAll(looks)) {
        all.addAll(found.get());
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error defect) {
        throw defect;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
