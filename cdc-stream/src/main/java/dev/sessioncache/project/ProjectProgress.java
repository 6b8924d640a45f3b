package dev.sessioncache.project;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What project has done, for status and metrics. Thread-safe. */
public final class ProjectProgress {

  private final Counter deadLetters;
  private final Counter olderEpoch;
  private final Counter formerTerm;

  public ProjectProgress(MeterRegistry meters) {
    this.deadLetters =
        Counter.builder("warmer.dead.letters")
            .description("Records that could not be used, by the stage that gave up on them")
            .tag("stage", "project")
            .register(meters);
    this.olderEpoch = ignored(meters, "older-epoch");
    this.formerTerm = ignored(meters, "former-term");
  }

  private static Counter ignored(MeterRegistry meters, String reason) {
    return Counter.builder("warmer.project.ignored")
        .description("Records of a capture that a newer baseline or capture has replaced")
        .tag("reason", reason)
        .register(meters);
  }

  void deadLetter() {
    deadLetters.increment();
  }

  void olderEpochIgnored() {
    olderEpoch.increment();
  }

  void formerTermIgnored() {
    formerTerm.increment();
  }

  public long deadLetters() {
    return (long) deadLetters.count();
  }
}
