package dev.sessioncache.warm;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.RedisException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code stats}. */
@Command(
    name = "warmer stats",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = {
      "Tells what Redis holds: sessions, memory, leases, the lanes' watermarks, the last warm, and what",
      "the stages of the stream say of themselves. Passes over all keys, writes nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer stats              a few lines",
      "  warmer stats --json       one JSON object on stdout, for a script",
      "",
      "Exit code: 0 done, 1 failed, 2 usage.",
      "Reads REDIS_URL."
    })
public final class Stats implements Callable<Integer> {

  private static final String NAME = "warmer-stats";

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  /** With the environment of this process. */
  public Stats() {
    this(System.getenv());
  }

  Stats(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new Stats()), args));
  }

  @Override
  public Integer call() {
    Configuration configuration = JobConfiguration.ofRedisAlone(shared, environment);
    CacheStats stats = read(configuration);
    Objects.requireNonNull(command)
        .commandLine()
        .getOut()
        .println(shared.json() ? stats.json() : stats.text());
    return ExitCode.OK;
  }

  private static CacheStats read(Configuration configuration) {
    try (RedisConnections redis =
        new RedisConnections(configuration.get(RedisSettings.class), NAME)) {
      return new StatsReader(
              redis.open(),
              configuration.get(GuardSettings.class),
              configuration.get(MappingSettings.class).key())
          .read();
    } catch (RedisException e) {
      throw WriteFailure.explainLook(e);
    }
  }
}
