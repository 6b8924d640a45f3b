package dev.sessioncache.app;

import dev.sessioncache.apply.ApplySettings;
import dev.sessioncache.capture.CaptureSettings;
import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.http.HttpSettings;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.log.LogSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.project.ProjectSettings;
import dev.sessioncache.reader.ReaderSettings;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.verify.VerifySettings;
import dev.sessioncache.warm.WarmSettings;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that keeps Redis current from the changes of Postgres, until it is told to stop. */
@Command(
    name = "warmer stream",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Keeps the cache current: reads the changes of Postgres and writes them to Redis, until stopped.",
    footer = {
      "",
      "Examples:",
      "  DATABASE_URL=postgres://... REDIS_URL=redis://... KAFKA_BOOTSTRAP_SERVERS=... warmer stream",
      "  warmer stream --role capture               only read Postgres",
      "  warmer stream --role project,apply --set lanes=8",
      "  REDIS_URL=redis://second warmer stream --role apply --set apply.group=second",
      "",
      "Exit codes: 0 never by itself, 1 failed, 2 usage, 130 and 143 stopped by a signal."
    })
public final class CdcStream implements Callable<Integer> {

  @Mixin private SharedOptions shared = new SharedOptions();

  @Option(
      names = "--role",
      split = ",",
      paramLabel = "ROLE",
      description = "Stages that this process runs: ${COMPLETION-CANDIDATES}. Default: all three.")
  private Set<Role> roles = EnumSet.allOf(Role.class);

  public static void main(String... args) {
    CommandLine command =
        new CommandLine(new CdcStream()).setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(CommandRunner.run(command, args));
  }

  /** Every section of the program's settings. */
  static List<Class<? extends Record>> sections() {
    return List.of(
        DatabaseSettings.class,
        RedisSettings.class,
        KafkaSettings.class,
        KafkaSecurity.class,
        MappingSettings.class,
        GuardSettings.class,
        LaneSettings.class,
        LeaseSettings.class,
        CaptureSettings.class,
        ProjectSettings.class,
        ApplySettings.class,
        WarmSettings.class,
        VerifySettings.class,
        HttpSettings.class,
        LogSettings.class,
        ReaderSettings.class);
  }

  /** Apply alone needs no Postgres: its cache can be far from it, or Postgres down. */
  static List<Class<? extends Record>> sectionsFor(Set<Role> roles) {
    boolean readsPostgres = roles.contains(Role.CAPTURE) || roles.contains(Role.PROJECT);
    return sections().stream()
        .filter(section -> section != ReaderSettings.class) // of those who read the cache
        .filter(section -> readsPostgres || section != DatabaseSettings.class)
        .filter(section -> readsPostgres || section != VerifySettings.class)
        .filter(section -> roles.contains(Role.CAPTURE) || section != WarmSettings.class)
        .toList();
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration =
        Configuration.load(shared.sources(), sectionsFor(roles), sections());
    shared.startLog(configuration.get(LogSettings.class));
    try (StopSignal signal = StopSignal.install();
        StreamApp app = new StreamApp(configuration, roles, Clock.systemUTC())) {
      signal.onRequest(app::stop);
      app.run();
    }
    return ExitCode.OK;
  }
}
