package dev.sessioncache.endtoend;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.reader.ReaderSettings;
import dev.sessioncache.reader.Session;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.reader.SessionUnavailableException;
import dev.sessioncache.redis.RedisSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An application that validates its sessions through a {@link SessionCache}, one after another all
 * the time. Owns its thread and reader.
 */
final class Validations implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final int COLD_EVERY = 16;

  /** A session that was accepted for a token. */
  record Accepted(String token, String document) {}

  private final SessionCache sessions;
  private final Tokens tokens;
  private final SteadyClock clock;
  private final Map<Accepted, Long> lastAsked = new ConcurrentHashMap<>();
  private final AtomicLong answers = new AtomicLong();
  private final Thread thread = new Thread(this::run, "validations");
  private volatile boolean closed;

  Validations(World world) {
    this.tokens = world.population().tokens();
    this.clock = world.clock();
    this.sessions =
        SessionCache.open(
            new SessionCache.Servers(
                DatabaseUrl.parse(world.database().url()),
                RedisSettings.of(world.stack().redisUrl())),
            MappingSettings.defaults(),
            GuardSettings.defaults(),
            ReaderSettings.defaults(),
            new SimpleMeterRegistry());
    thread.start();
  }

  private void run() {
    try {
      for (int round = 0; !closed; round++) {
        List<String> asked = new ArrayList<>(tokens.hot());
        if (round % COLD_EVERY == 0) {
          asked.addAll(tokens.cold());
        }
        for (String token : asked) {
          validate(token);
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void validate(String token) {
    long asked = clock.millis();
    try {
      Optional<Session> session = closed ? Optional.empty() : sessions.validate(token);
      answers.incrementAndGet();
      session.ifPresent(
          found -> lastAsked.merge(new Accepted(token, found.json()), asked, Math::max));
    } catch (SessionUnavailableException e) {
      // Nobody can tell, which is an answer.
    }
  }

  /** When each session was last asked for that was then accepted, ms since 1970. */
  Map<Accepted, Long> lastAsked() {
    return Map.copyOf(lastAsked);
  }

  long answers() {
    return answers.get();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join(CLOSE_TIMEOUT.toMillis());
    sessions.close();
  }
}
