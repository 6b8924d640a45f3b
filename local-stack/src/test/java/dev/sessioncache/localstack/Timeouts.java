package dev.sessioncache.localstack;

import java.time.Duration;

/** How long a test waits for what must happen. */
final class Timeouts {

  static final Duration SOON = Duration.ofSeconds(60);

  private Timeouts() {}
}
