package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Sources;
import dev.sessioncache.progress.LogProgress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warms the session cache in the background of a JVM application, without ever delaying or breaking
 * its start:
 *
 * <pre>{@code
 * CacheWarmer warmer = CacheWarmer.ofEnvironment();
 * warmer.startInBackground().thenAccept(outcome -> log.info("session cache: {}", outcome));
 * ...
 * warmer.close(); // when the application stops
 * }</pre>
 *
 * <p>Settings are those of {@code docs/configuration.md}. Where several instances start at once,
 * one warms and the others leave it to that one. Thread-safe.
 */
public final class CacheWarmer implements AutoCloseable {

  /**
   * How a warm ended.
   *
   * @param warmed whether there was one; not so without {@code REDIS_URL}
   * @param sessions that are in Redis now because of it, or were there already
   * @param coverage share of the expected requests that these account for; empty when it is unknown
   */
  public record Outcome(boolean warmed, long sessions, OptionalDouble coverage) {
    static final Outcome NOTHING_TO_DO = new Outcome(false, 0, OptionalDouble.empty());
  }

  private static final Logger log = LoggerFactory.getLogger(CacheWarmer.class);
  private static final String REDIS_URL = "REDIS_URL";

  private final Supplier<Optional<Configuration>> configuration;
  private final AtomicReference<@Nullable CompletableFuture<Outcome>> running =
      new AtomicReference<>();
  private final StopSignal stop = StopSignal.onRequestOnly();

  /**
   * Makes one that has not begun.
   *
   * @param environment variables, such as {@code DATABASE_URL} and {@code REDIS_URL}
   * @param settings by name, such as {@code warm.count}; they go before the variables
   */
  public CacheWarmer(Map<String, String> environment, Map<String, String> settings) {
    this.configuration = () -> load(Map.copyOf(environment), Map.copyOf(settings));
  }

  /**
   * Makes one that has not begun, for a program that has loaded the settings itself.
   *
   * @param configuration with the sections of a warm: Postgres, Redis, mapping, guard, warm
   * @throws dev.sessioncache.config.InvalidConfigurationException when its deadline is too long
   */
  public CacheWarmer(Configuration configuration) {
    Optional<Configuration> checked = Optional.of(JobConfiguration.checked(configuration));
    this.configuration = () -> checked;
  }

  /** With the environment of this process, and the defaults for the rest. */
  public static CacheWarmer ofEnvironment() {
    return new CacheWarmer(System.getenv(), Map.of());
  }

  /**
   * Begins to warm on a daemon thread of its own; further calls return the same future.
   *
   * @return completes with the outcome, or with what went wrong: settings that are not valid, a
   *     server that can't be reached. This method itself throws nothing.
   */
  public CompletableFuture<Outcome> startInBackground() {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    CompletableFuture<Outcome> first = running.compareAndExchange(null, outcome);
    if (first != null) {
      return first;
    }
    Daemon.start(() -> run(outcome));
    return outcome;
  }

  private void run(CompletableFuture<Outcome> outcome) {
    try {
      outcome.complete(warm());
    } catch (Throwable e) { // whatever it is, it is not the application's
      log.warn("event=cache_not_warm cause=\"{}\"", words(e));
      outcome.completeExceptionally(e);
    }
  }

  /** Of an exception that is not ours the message may tell a value. */
  private static String words(Throwable e) {
    return e instanceof OperationException || e instanceof InvalidConfigurationException
        ? String.valueOf(e.getMessage())
        : e.getClass().getName();
  }

  private Outcome warm() throws InterruptedException {
    Optional<Configuration> loaded = configuration.get();
    if (loaded.isEmpty()) {
      log.info("event=cache_not_warmed hint=\"{} is not set\"", REDIS_URL);
      return Outcome.NOTHING_TO_DO;
    }
    WarmOptions options = new WarmOptions(Plan.Wish.AUTO, false, false, false);
    WarmReport report = new WarmJob(loaded.get(), options, new LogProgress(), stop).run();
    return new Outcome(
        true,
        report.covered(),
        report.coverage().isPresent()
            ? OptionalDouble.of(report.coverage().get().share())
            : OptionalDouble.empty());
  }

  /** Empty without {@code REDIS_URL}. */
  private static Optional<Configuration> load(
      Map<String, String> environment, Map<String, String> settings) {
    boolean named = settings.containsKey("redis.url");
    return !named && environment.getOrDefault(REDIS_URL, "").isBlank()
        ? Optional.empty()
        : Optional.of(JobConfiguration.load(new Sources(null, environment, settings)));
  }

  /** Ends the warm after the batch that is under way; does not wait for it. */
  @Override
  public void close() {
    Daemon.start(stop::request); // it asks Postgres to cancel
  }
}
