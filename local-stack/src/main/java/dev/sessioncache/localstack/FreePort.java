package dev.sessioncache.localstack;

import java.util.Set;

/**
 * A port of the loopback address for a server that is started, and may be started again: no
 * outgoing connection takes it meanwhile, as can happen to one that the system has chosen.
 */
public final class FreePort {

  private FreePort() {}

  public static int find() {
    return Ports.free(Set.of());
  }
}
