package dev.sessioncache.http;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Whether a process does its work: none of its stages says why it does not. Thread-safe. */
public final class Readiness {

  private final Map<String, Supplier<Optional<String>>> stages = new ConcurrentHashMap<>();

  /**
   * Adds a stage.
   *
   * @param whyNot empty while it does its work; else one line without secrets
   */
  public void add(String stage, Supplier<Optional<String>> whyNot) {
    stages.put(stage, whyNot);
  }

  /** Why the process is not ready, by stage; empty when it is. */
  public Map<String, String> reasons() {
    Map<String, String> reasons = new TreeMap<>();
    stages.forEach((stage, whyNot) -> whyNot.get().ifPresent(why -> reasons.put(stage, why)));
    return reasons;
  }
}
