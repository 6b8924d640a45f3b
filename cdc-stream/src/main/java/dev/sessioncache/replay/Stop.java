package dev.sessioncache.replay;

import dev.sessioncache.command.StopSignal;

/** Whether a replay is to end: by a signal, or because a part of it has failed. Thread-safe. */
final class Stop {

  private final StopSignal signal;
  private volatile boolean failed;

  Stop(StopSignal signal) {
    this.signal = signal;
  }

  boolean requested() {
    return failed || signal.requested();
  }

  boolean bySignal() {
    return signal.requested();
  }

  void afterFailure() {
    failed = true;
  }
}
