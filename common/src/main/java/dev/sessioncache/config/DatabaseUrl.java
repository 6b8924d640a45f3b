package dev.sessioncache.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.PGProperty;

/**
 * The address of a Postgres database in libpq's form: {@code
 * postgres://user:password@host:port/database?sslmode=...}.
 *
 * @param host a name or address; an IPv6 address without its brackets
 * @param parameters connection parameters by pgjdbc name
 * @see <a href="https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-CONNSTRING-URIS">libpq
 *     connection URIs</a>
 */
public record DatabaseUrl(
    String host,
    int port,
    String database,
    Optional<String> user,
    Optional<String> password,
    Map<String, String> parameters) {

  public static final int DEFAULT_PORT = 5432;

  public DatabaseUrl {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads {@code postgres://} and {@code postgresql://} URLs. Port, user and password may be left
   * out; user, password and database are percent-encoded.
   *
   * @throws IllegalArgumentException with one line that never contains the password
   */
  public static DatabaseUrl parse(String text) {
    return DatabaseUrlParser.parse(text);
  }

  /** Host, port and database only: no credentials, no parameters. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + address();
  }

  /** User, password and parameters, by pgjdbc name. A new object each time. */
  public Properties jdbcProperties() {
    Properties properties = new Properties();
    properties.putAll(parameters);
    user.ifPresent(name -> PGProperty.USER.set(properties, name));
    password.ifPresent(secret -> PGProperty.PASSWORD.set(properties, secret));
    return properties;
  }

  /** The URL with the password masked and the parameters under their pgjdbc names. */
  @Override
  public String toString() {
    String credentials =
        user.map(name -> encode(name) + password.map(p -> ":" + Redaction.MASK).orElse("") + "@")
            .orElse("");
    String query =
        new TreeMap<>(parameters)
            .entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
    return "postgres://" + credentials + address() + (query.isEmpty() ? "" : "?" + query);
  }

  /** {@code host:port/database}, as it stands in a URL. */
  public String address() {
    return HostAndPort.inUrl(host) + ":" + port + "/" + encode(database);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
