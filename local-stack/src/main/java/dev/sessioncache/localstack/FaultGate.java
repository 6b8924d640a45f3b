package dev.sessioncache.localstack;

import java.util.EnumMap;
import java.util.Map;

/** The present fault of a {@link FaultProxy}, and how often each kind has taken effect. */
final class FaultGate {

  /**
   * A fault that was set.
   *
   * @param greeting it is for connections only that began with that text
   * @param number tells it from an equal one that was set before
   */
  record Setting(Fault fault, String greeting, long number) {

    boolean holds(ProxiedConnection connection, boolean toServer) {
      return fault.holds(toServer) && connection.hasSaid(greeting);
    }
  }

  private final Map<Fault.Kind, Long> counts = new EnumMap<>(Fault.Kind.class);
  private Setting setting = new Setting(Fault.none(), "", 0);

  synchronized void set(Fault fault, String greeting) {
    setting = new Setting(fault, greeting, setting.number() + 1);
    notifyAll();
  }

  /** Waits while that direction is held, and returns what to do with the piece. */
  synchronized Setting pass(ProxiedConnection connection, boolean toServer)
      throws InterruptedException {
    if (setting.holds(connection, toServer)) {
      tookEffect(setting.fault().kind());
    }
    while (setting.holds(connection, toServer)) {
      wait();
    }
    return connection.hasSaid(setting.greeting())
        ? setting
        : new Setting(Fault.none(), "", setting.number());
  }

  /** Waits until new connections reach the server. */
  synchronized Fault admit() throws InterruptedException {
    if (admits()) {
      return setting.greeting().isEmpty() ? setting.fault() : Fault.none();
    }
    tookEffect(Fault.Kind.BLACKHOLE);
    while (!admits()) {
      wait();
    }
    return setting.fault();
  }

  /** One that has said nothing yet is only held by a fault for all. */
  private boolean admits() {
    return setting.fault().kind() != Fault.Kind.BLACKHOLE || !setting.greeting().isEmpty();
  }

  synchronized boolean isPresent(Setting other) {
    return setting.number() == other.number();
  }

  synchronized void tookEffect(Fault.Kind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  synchronized long count(Fault.Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }
}
