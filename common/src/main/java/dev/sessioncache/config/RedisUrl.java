package dev.sessioncache.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Redis server: {@code redis://user:password@host:port/db}, or {@code rediss://}
 * for TLS. Of a Redis Cluster several servers may be named, as in {@code redis://h1:p1,h2:p2}. It
 * is checked with the parser that Lettuce uses.
 *
 * @param value the address as given, with its password
 */
public record RedisUrl(String value) {
  private static final int HIGHEST_PORT = 65_535;
  private static final int DEFAULT_PORT = 6_379;

  /** What stands before the servers, the servers, and what stands behind them. */
  private static final Pattern SERVERS =
      Pattern.compile("(rediss?://(?:[^/?]*@)?)([^/?@]+,[^/?@]*)((?:[/?].*)?)", Pattern.DOTALL);

  private static final Pattern DATABASE = Pattern.compile("/?|/\\d{1,4}");

  /** Those that Lettuce's {@code RedisURI} reads from a query. */
  private static final Set<String> PARAMETERS = Set.of("timeout", "clientName");

  public RedisUrl {
    split(value).forEach(RedisUrl::check);
  }

  /** The address of each server, as if it were the only one. */
  public List<String> servers() {
    return split(value);
  }

  /** {@code host:port} of each server, separated by commas: what a log may tell. */
  public String address() {
    return servers().stream()
        .map(URI::create)
        .map(uri -> uri.getHost() + ":" + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()))
        .collect(Collectors.joining(","));
  }

  private static List<String> split(String text) {
    Matcher several = SERVERS.matcher(text);
    return several.matches()
        ? Arrays.stream(several.group(2).split(",", -1))
            .map(server -> several.group(1) + server + several.group(3))
            .toList()
        : List.of(text);
  }

  /**
   * @throws IllegalArgumentException with one line that never contains the password
   */
  public static RedisUrl parse(String text) {
    return new RedisUrl(text.strip());
  }

  private static void check(String text) {
    URI uri = uri(text);
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if (scheme.startsWith("redis-sentinel") || scheme.startsWith("rediss-sentinel")) {
      throw new IllegalArgumentException(
          "is a Sentinel address; Sentinel is not supported: give one server as redis://host:port");
    }
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new IllegalArgumentException("must start with redis:// or rediss:// (TLS)");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "needs one host of letters, digits, dots and hyphens, as in redis://host:6379");
    }
    if (uri.getPort() == 0 || uri.getPort() > HIGHEST_PORT) {
      throw new IllegalArgumentException("needs a port from 1 to " + HIGHEST_PORT);
    }
    if (!DATABASE.matcher(Optional.ofNullable(uri.getPath()).orElse("")).matches()) {
      throw new IllegalArgumentException("needs a database number after the host, as in /0");
    }
    checkParameters(uri.getRawQuery());
  }

  /** The cause is left out: it quotes the whole text, with its password. */
  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "must have the form redis://user:password@host:port/db, with special characters in user"
              + " and password percent-encoded");
    }
  }

  private static void checkParameters(@Nullable String query) {
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      String name = pair.split("=", 2)[0];
      if (!PARAMETERS.contains(name)) {
        throw new IllegalArgumentException(
            "has the unknown parameter " + name + "; known are clientName and timeout");
      }
    }
  }

  /** The URL with its password masked. */
  @Override
  public String toString() {
    return Redaction.apply(value);
  }
}
