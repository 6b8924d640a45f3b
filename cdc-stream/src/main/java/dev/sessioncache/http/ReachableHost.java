package dev.sessioncache.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The host under which others reach what listens on an address. */
final class ReachableHost {

  private ReachableHost() {}

  /**
   * As it stands in a URL: nobody reaches a wildcard address, so there it is the name of this
   * machine.
   */
  static String inUrl(String host) {
    String reachable = isWildcard(host) ? ofThisMachine() : host;
    return reachable.contains(":") ? "[" + reachable + "]" : reachable;
  }

  private static boolean isWildcard(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** One that does not know its own name is reached from itself alone. */
  private static String ofThisMachine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }
}
