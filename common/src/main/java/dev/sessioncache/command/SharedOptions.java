package dev.sessioncache.command;

import dev.sessioncache.config.SecretSettings;
import dev.sessioncache.config.Sources;
import dev.sessioncache.log.Log;
import dev.sessioncache.log.LogLevel;
import dev.sessioncache.log.LogSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that all commands have in common; add it with {@code @Mixin}. */
public final class SharedOptions {

  /** Read by logback.xml. */
  private static final String LOG_LEVEL = "warmer.log.level";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file: .properties, .yaml or .yml.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "One setting, for example lease.ttl=5m; repeatable. Not for secrets: those belong into the environment or the file.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "postgres://host:port/database. Prefer DATABASE_URL in the environment: command lines are visible to other users.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      description =
          "redis://host:port. Prefer REDIS_URL in the environment: command lines are visible to other users.")
  private @Nullable String redisUrl;

  @Option(
      names = "--kafka-bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "Kafka brokers; also KAFKA_BOOTSTRAP_SERVERS.")
  private @Nullable String kafkaBootstrapServers;

  @Option(names = "--json", description = "Print results as JSON on stdout.")
  private boolean json;

  @Option(names = "--quiet", description = "Print results and errors only.")
  private boolean quiet;

  @Option(names = "--verbose", description = "Print stack traces and debug logs.")
  private boolean verbose;

  /** The sources of settings: the file, the environment of this process, and these options. */
  public Sources sources() {
    return sources(System.getenv());
  }

  /**
   * As {@link #sources()}, with the given environment.
   *
   * @throws UsageException when a setting is given twice
   */
  public Sources sources(Map<String, String> environment) {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    put(flags, "database.url", "--database-url", databaseUrl);
    put(flags, "redis.url", "--redis-url", redisUrl);
    put(flags, "kafka.bootstrap.servers", "--kafka-bootstrap-servers", kafkaBootstrapServers);
    warnOfPasswords(flags);
    return new Sources(config, environment, flags);
  }

  private static void put(
      Map<String, String> flags, String name, String option, @Nullable String value) {
    if (value != null && flags.put(name, value) != null) {
      throw new UsageException(name + " is given twice: use " + option + " or --set, not both");
    }
  }

  private void warnOfPasswords(Map<String, String> flags) {
    boolean shown =
        flags.entrySet().stream()
            .anyMatch(flag -> SecretSettings.isIn(flag.getKey(), flag.getValue()));
    if (shown && !quiet && command != null) {
      command
          .commandLine()
          .getErr()
          .println(
              "warmer: warning: a password on the command line is visible in the process list; "
                  + "pass it in the environment (DATABASE_URL, REDIS_URL), or in a file"
                  + " (DATABASE_URL_FILE)");
    }
  }

  /**
   * Sets the level of our log, before anything is logged: debug when it is to be verbose, else that
   * one unless the JVM was told another.
   */
  public void startLog(String level) {
    if (verbose) {
      System.setProperty(LOG_LEVEL, "DEBUG");
    } else if (System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, level);
    }
  }

  /** As the settings say, whatever has been logged before; {@code --verbose} says debug. */
  public void startLog(LogSettings settings) {
    Log.use(settings.format(), verbose ? LogLevel.DEBUG : settings.level());
  }

  public boolean json() {
    return json;
  }

  public boolean quiet() {
    return quiet;
  }

  public boolean verbose() {
    return verbose;
  }
}
