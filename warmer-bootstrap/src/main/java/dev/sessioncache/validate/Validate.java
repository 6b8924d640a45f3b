package dev.sessioncache.validate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.command.ExitCode;
import dev.sessioncache.command.SharedOptions;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.json.JsonText;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.reader.Answer;
import dev.sessioncache.reader.ReaderSettings;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.reader.SessionUnavailableException;
import dev.sessioncache.redis.RedisSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code validate}. */
@Command(
    name = "warmer validate",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = {
      "Validates tokens as an application does: from memory, from Redis, from Postgres. Reads a token",
      "a line from standard input, so that none is seen in the process list, and prints for each",
      "whether it is valid, what has answered (l1, l2, postgres), and in which time."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer validate < tokens           a line each: valid l2 0.412 ms",
      "  warmer validate --json < tokens    a JSON object each",
      "",
      "Exit code: 0 all tokens were answered, 1 failed or nobody could tell, 2 usage.",
      "Reads DATABASE_URL and REDIS_URL."
    })
public final class Validate implements Callable<Integer> {

  static final List<Class<? extends Record>> SECTIONS =
      List.of(
          DatabaseSettings.class,
          RedisSettings.class,
          MappingSettings.class,
          GuardSettings.class,
          ReaderSettings.class);

  private static final String UNKNOWN = "unknown";

  private final Map<String, String> environment;
  private final InputStream tokens;

  @Spec private @Nullable CommandSpec command;

  @Mixin private final SharedOptions shared = new SharedOptions();

  /** With the environment and the standard input of this process. */
  public Validate() {
    this(System.getenv(), System.in);
  }

  Validate(Map<String, String> environment, InputStream tokens) {
    this.environment = Map.copyOf(environment);
    this.tokens = tokens;
  }

  public static void main(String... args) {
    System.exit(CommandRunner.run(new CommandLine(new Validate()), args));
  }

  @Override
  public Integer call() throws IOException {
    shared.startLog("WARN");
    Configuration configuration = Configuration.loadShared(shared.sources(environment), SECTIONS);
    PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
    boolean all = true;
    try (SessionCache sessions = open(configuration)) {
      BufferedReader lines = new BufferedReader(new InputStreamReader(tokens, UTF_8));
      for (String token = lines.readLine(); token != null; token = lines.readLine()) {
        all &= validate(sessions, token, out);
        out.flush(); // whoever has sent a token may wait for its answer
      }
    }
    return all ? ExitCode.OK : ExitCode.FAILED;
  }

  private static SessionCache open(Configuration configuration) {
    return SessionCache.open(
        new SessionCache.Servers(
            configuration.get(DatabaseSettings.class).url(),
            configuration.get(RedisSettings.class)),
        configuration.get(MappingSettings.class),
        configuration.get(GuardSettings.class),
        configuration.get(ReaderSettings.class),
        new SimpleMeterRegistry());
  }

  /** Returns whether anybody could tell. */
  private boolean validate(SessionCache sessions, String token, PrintWriter out) {
    long from = System.nanoTime();
    try {
      Answer answer = sessions.check(token);
      String verdict = answer.session().isPresent() ? "valid" : "invalid";
      print(out, verdict, answer.tier().label(), System.nanoTime() - from);
      return true;
    } catch (SessionUnavailableException e) {
      print(out, UNKNOWN, "none", System.nanoTime() - from);
      return false;
    }
  }

  private void print(PrintWriter out, String verdict, String tier, long nanos) {
    double millis = nanos / 1e6;
    out.println(
        shared.json()
            ? JsonText.object(
                json -> {
                  json.writeStringField("verdict", verdict);
                  json.writeStringField("tier", tier);
                  json.writeNumberField("ms", JsonText.rounded(millis, 3));
                })
            : String.format(Locale.ROOT, "%s %s %.3f ms", verdict, tier, millis));
  }
}
