package dev.sessioncache.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The Lua scripts that Redis runs for us; the contract of each stands at its head. */
final class GuardScript {

  static final int STORED = 2;
  static final int REMOVED = 1;
  static final int OLDER = 0;
  static final int LATE = -1;
  static final int NO_MEMORY = -2;

  private GuardScript() {}

  /** The script of every write. */
  static byte[] source() {
    return read("guard.lua");
  }

  /** The script that makes, reads or replaces the generation. */
  static byte[] generation() {
    return read("generation.lua");
  }

  /** The script that decides on the generation of a cluster. */
  static byte[] clusterGeneration() {
    return read("cluster-generation.lua");
  }

  /** The script that puts the generation of a cluster in a slot. */
  static byte[] clusterGenerationCopy() {
    return read("cluster-generation-copy.lua");
  }

  /** The script that says that it stands in all slots. */
  static byte[] clusterGenerationWhole() {
    return read("cluster-generation-whole.lua");
  }

  private static byte[] read(String name) {
    try (InputStream in = Objects.requireNonNull(GuardScript.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
