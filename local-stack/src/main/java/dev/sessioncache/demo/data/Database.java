package dev.sessioncache.demo.data;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres database, from a URL like {@code
 * postgres://user:password@host:5432/db?sslmode=require} (percent-encoded where needed). Immutable;
 * its text never shows the password.
 */
public final class Database {

  /** No statement of the demo takes longer; a server that is gone is noticed within this time. */
  private static final String SOCKET_TIMEOUT_SECONDS = "120";

  private static final String CONNECT_TIMEOUT_SECONDS = "10";

  private final String jdbcUrl;
  private final Properties login;
  private final String name;

  private Database(String jdbcUrl, Properties login, String name) {
    this.jdbcUrl = jdbcUrl;
    this.login = login;
    this.name = name;
  }

  /**
   * Reads the URL.
   *
   * @throws IllegalArgumentException when it is not of that form; the message does not repeat it
   */
  public static Database at(String url) {
    URI uri = parse(url);
    String scheme = uri.getScheme();
    String path = uri.getRawPath();
    if (scheme == null
        || !(scheme.equals("postgres") || scheme.equals("postgresql"))
        || uri.getHost() == null
        || path == null
        || path.length() < 2) {
      throw malformed();
    }
    int port = uri.getPort() < 0 ? 5432 : uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String place = uri.getHost() + ":" + port + path;
    return new Database(
        "jdbc:postgresql://" + place + query, login(uri.getRawUserInfo()), "postgres://" + place);
  }

  /** A new connection in auto-commit mode, owned by the caller. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl, login);
  }

  private static URI parse(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      // The cause would repeat the URL, and with it the password.
      throw malformed();
    }
  }

  private static Properties login(@Nullable String userInfo) {
    Properties login = new Properties();
    login.setProperty("ApplicationName", "warmer up");
    login.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    login.setProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    login.setProperty("tcpKeepAlive", "true");
    if (userInfo != null) {
      int colon = userInfo.indexOf(':');
      login.setProperty("user", decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)));
      if (colon >= 0) {
        login.setProperty("password", decoded(userInfo.substring(colon + 1)));
      }
    }
    return login;
  }

  /** {@link URLDecoder} is for forms, where a plus is a space; in a URL's user info it is not. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "DATABASE_URL is malformed: it must look like postgres://user:password@host:5432/database");
  }

  /** Where it is, without user and password. */
  @Override
  public String toString() {
    return name;
  }
}
