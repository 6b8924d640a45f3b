package dev.sessioncache.app;

import java.util.Locale;

/** A stage that a process runs. */
enum Role {
  CAPTURE,
  PROJECT,
  APPLY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
