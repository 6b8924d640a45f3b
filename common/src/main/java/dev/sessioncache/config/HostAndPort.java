package dev.sessioncache.config;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server's address as it stands in a URL or a list; IPv6 addresses in brackets. */
record HostAndPort(String host, OptionalInt port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+(?:%\\w+)?)]|([A-Za-z0-9._-]+))(?::(\\d{1,5}))?");
  private static final int MAX_PORT = 65_535;

  /**
   * @throws IllegalArgumentException when it is no address; the message does not repeat it
   */
  static HostAndPort parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "needs one host:port (IPv6 addresses in brackets, as in [::1]:1234)");
    }
    String host = form.group(1) == null ? form.group(2) : form.group(1);
    return new HostAndPort(host, form.group(3) == null ? OptionalInt.empty() : port(form.group(3)));
  }

  private static OptionalInt port(String digits) {
    int port = Integer.parseInt(digits);
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("needs a port from 1 to " + MAX_PORT);
    }
    return OptionalInt.of(port);
  }

  /** The host as it stands in a URL. */
  static String inUrl(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
