package dev.sessioncache.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a server is reached: encrypted or not, logged in or not, with how many rights. On this
 * machine alone it may be without. Used by one thread.
 */
final class Access {

  private final String of;
  private final boolean local;
  private final List<String> given = new ArrayList<>();
  private final List<String> lacks = new ArrayList<>();

  /**
   * @param local whether nothing leaves this machine
   */
  Access(String of, boolean local) {
    this.of = of;
    this.local = local;
  }

  /**
   * Of Postgres, so far as TLS goes.
   *
   * @param verified whether its certificate and name have to be right; means nothing without TLS
   */
  static Access ofPostgres(boolean local, boolean encrypted, boolean verified) {
    Access access =
        new Access("postgres-access", local)
            .needs(encrypted, "TLS", "no TLS: say sslmode=verify-full in DATABASE_URL");
    return encrypted
        ? access.needs(
            verified,
            "verified server",
            "whether it is the right server is not verified: say sslmode=verify-full in"
                + " DATABASE_URL")
        : access;
  }

  /** Of a host that can't be looked up this is not so. */
  static boolean isLocal(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Something that there must be where others can reach the server.
   *
   * @param lack what to say and to do where there is none
   */
  Access needs(boolean met, String what, String lack) {
    if (met) {
      given.add(what);
    } else if (local) {
      given.add("no " + what.replaceFirst("^a ", ""));
    } else {
      lacks.add(lack);
    }
    return this;
  }

  /** Something that must be so everywhere. */
  Access must(boolean met, String lack) {
    if (!met) {
      lacks.add(lack);
    }
    return this;
  }

  Finding finding() {
    if (!lacks.isEmpty()) {
      return Finding.warning(of, String.join("; ", lacks) + " (docs/security.md)");
    }
    return Finding.ok(of, String.join(", ", given) + (local ? ", on this machine" : ""));
  }
}
