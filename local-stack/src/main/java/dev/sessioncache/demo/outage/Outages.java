package dev.sessioncache.demo.outage;

import dev.sessioncache.localstack.Breakable;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Breaks parts that somebody asks to be broken, mends them when their time is over, and starts
 * again, as a supervisor would, what has ended by itself. For one thread, which calls {@link
 * #check()} several times a second.
 */
public final class Outages {

  /** One that can't run must not be started all the time. */
  private static final Duration RESTART_AFTER = Duration.ofSeconds(3);

  private final OutageRequests requests;
  private final Map<String, Breakable> parts;
  private final Consumer<String> say;
  private final Map<String, Present> present = new LinkedHashMap<>();

  /**
   * What was asked for before counts no more.
   *
   * @param parts by name
   * @param say is given a line for people with each thing that happens
   */
  public Outages(OutageRequests requests, Map<String, Breakable> parts, Consumer<String> say)
      throws IOException {
    this.requests = requests;
    this.parts = parts;
    this.say = say;
    for (String part : parts.keySet()) {
      requests.take(part);
    }
  }

  /**
   * Does what is due.
   *
   * @throws dev.sessioncache.localstack.StackException when a part can't be started again
   */
  public void check() throws IOException {
    for (Map.Entry<String, Breakable> part : parts.entrySet()) {
      check(part.getKey(), part.getValue());
    }
  }

  private void check(String name, Breakable part) throws IOException {
    Optional<Outage> asked = requests.take(name);
    if (asked.isPresent()) {
      begin(name, part, asked.get());
    }
    Present outage = present.get(name);
    if (outage == null) {
      if (!part.isAlive()) {
        say.accept(
            "%s has ended by itself and is started again in %d s"
                .formatted(name, RESTART_AFTER.toSeconds()));
        present.put(name, new Present(false, System.nanoTime() + RESTART_AFTER.toNanos()));
      }
    } else if (System.nanoTime() - outage.endNanos() >= 0) {
      present.remove(name);
      part.resume();
      part.start();
      say.accept(name + (outage.freeze() ? " runs on" : " is started again"));
    }
  }

  private void begin(String name, Breakable part, Outage outage) {
    if (outage.freeze()) {
      part.pause();
    } else {
      part.kill();
    }
    present.put(name, new Present(outage.freeze(), System.nanoTime() + outage.lasting().toNanos()));
    say.accept(
        "%s is %s for %d s, as asked"
            .formatted(name, outage.freeze() ? "frozen" : "killed", outage.lasting().toSeconds()));
  }

  /** Mends whatever is broken, so that it can be stopped in its orderly way. */
  public void mend() {
    parts.values().forEach(Breakable::resume);
    present.clear();
  }

  /** An outage that lasts until then. */
  private record Present(boolean freeze, long endNanos) {}
}
