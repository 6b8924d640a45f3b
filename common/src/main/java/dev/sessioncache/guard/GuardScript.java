package dev.sessioncache.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The Lua script that Redis runs for every write; its contract stands at its head. */
final class GuardScript {

  static final int STORED = 2;
  static final int REMOVED = 1;
  static final int OLDER = 0;
  static final int LATE = -1;
  static final int NO_MEMORY = -2;

  private GuardScript() {}

  static byte[] source() {
    try (InputStream in =
        Objects.requireNonNull(GuardScript.class.getResourceAsStream("guard.lua"))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
