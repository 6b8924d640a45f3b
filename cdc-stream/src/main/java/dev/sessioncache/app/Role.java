package dev.sessioncache.app;

/** A stage that a process runs. */
enum Role {
  CAPTURE,
  PROJECT,
  APPLY;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
