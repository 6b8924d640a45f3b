package dev.sessioncache.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Reads libpq connection URIs. Not by {@link java.net.URI}: it refuses host names with an
 * underscore and quotes the whole input, with its password, in messages.
 */
final class DatabaseUrlParser {
  private static final Pattern FORM =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<user>[^:/?#@]*)(?::(?<password>[^/?#@]*))?@)?"
              + "(?<address>[^/?#@]*)(?:/(?<database>[^/?#@]*))?(?:\\?(?<query>[^#]*))?");

  /** The libpq parameters that make sense here, with pgjdbc's names. */
  private static final Map<String, PGProperty> PARAMETERS =
      Map.of(
          "sslmode", PGProperty.SSL_MODE,
          "sslrootcert", PGProperty.SSL_ROOT_CERT,
          "sslcert", PGProperty.SSL_CERT,
          "sslkey", PGProperty.SSL_KEY,
          "connect_timeout", PGProperty.CONNECT_TIMEOUT,
          "application_name", PGProperty.APPLICATION_NAME);

  private static final Pattern SSL_MODE =
      Pattern.compile("disable|allow|prefer|require|verify-ca|verify-full");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

  private DatabaseUrlParser() {}

  static DatabaseUrl parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(malformed(text.strip()));
    }
    HostAndPort address = HostAndPort.parse(form.group("address"));
    return new DatabaseUrl(
        address.host(),
        address.port().orElse(DatabaseUrl.DEFAULT_PORT),
        part(form.group("database"))
            .orElseThrow(
                () -> new IllegalArgumentException("names no database after the host's /")),
        part(form.group("user")),
        part(form.group("password")),
        part(form.group("query")).isEmpty() ? Map.of() : parameters(form.group("query")));
  }

  private static String malformed(String text) {
    if (text.startsWith("jdbc:")) {
      return "starts with jdbc: - leave that out and write postgres://user:password@host/database";
    }
    return "must have the form postgres://user:password@host:port/database, with :/?#@ in user and"
        + " password percent-encoded";
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : query.split("&", -1)) {
      String[] nameAndValue = pair.split("=", 2);
      String name = nameAndValue[0];
      PGProperty property = PARAMETERS.get(name);
      if (property == null) {
        throw new IllegalArgumentException(
            "has the unknown parameter %s; known are %s"
                .formatted(name, String.join(", ", new TreeMap<>(PARAMETERS).keySet())));
      }
      String value = nameAndValue.length == 1 ? "" : decode(nameAndValue[1]);
      check(property, name, value);
      if (parameters.put(property.getName(), value) != null) {
        throw new IllegalArgumentException("has the parameter " + name + " twice");
      }
    }
    return parameters;
  }

  private static void check(PGProperty property, String name, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("has no value for the parameter " + name);
    }
    if (property == PGProperty.SSL_MODE && !SSL_MODE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "needs an sslmode of " + SSL_MODE.pattern().replace("|", ", "));
    }
    if (property == PGProperty.CONNECT_TIMEOUT && !SECONDS.matcher(value).matches()) {
      throw new IllegalArgumentException("needs a connect_timeout in whole seconds");
    }
  }

  private static Optional<String> part(@Nullable String encoded) {
    return Optional.ofNullable(encoded)
        .filter(text -> !text.isEmpty())
        .map(DatabaseUrlParser::decode);
  }

  private static String decode(String encoded) {
    try {
      return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // the cause is left out: it quotes the text
      throw new IllegalArgumentException("has a % that is not followed by two hex digits");
    }
  }
}
