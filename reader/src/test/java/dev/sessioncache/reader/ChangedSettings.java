package dev.sessioncache.reader;

import java.time.Duration;

/** The default settings, but for what a test changes. */
final class ChangedSettings {

  private static final ReaderSettings DEFAULTS = ReaderSettings.defaults();

  private Duration silence = DEFAULTS.l1Silence();
  private Duration missMaxAge = DEFAULTS.missMaxAge();
  private OnStale onStale = DEFAULTS.onStale();
  private int connections = DEFAULTS.postgresConnections();
  private int waiting = DEFAULTS.postgresWaiting();
  private Duration timeout = DEFAULTS.timeout();

  ChangedSettings silence(Duration changed) {
    silence = changed;
    return this;
  }

  ChangedSettings missMaxAge(Duration changed) {
    missMaxAge = changed;
    return this;
  }

  ChangedSettings onStale(OnStale changed) {
    onStale = changed;
    return this;
  }

  ChangedSettings postgres(int mostConnections, int mostWaiting) {
    connections = mostConnections;
    waiting = mostWaiting;
    return this;
  }

  ChangedSettings timeout(Duration changed) {
    timeout = changed;
    return this;
  }

  ReaderSettings build() {
    return new ReaderSettings(
        DEFAULTS.l1Megabytes(),
        DEFAULTS.l1MaxAge(),
        silence,
        DEFAULTS.l1WarmUp(),
        missMaxAge,
        onStale,
        DEFAULTS.redisTimeout(),
        connections,
        waiting,
        timeout,
        DEFAULTS.report());
  }
}
