package dev.sessioncache.reader;

import java.util.Locale;

/** What has answered. */
public enum Tier {
  /** The memory of this process. */
  L1,
  /** Redis. */
  L2,
  POSTGRES;

  /** For metrics and programs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
