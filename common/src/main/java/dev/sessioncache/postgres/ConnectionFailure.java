package dev.sessioncache.postgres;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postgresql.PGProperty;

/**
 * Says why a connection could not be opened and what to do. Decides on SQLState and on the types of
 * the causes, never on message text, which Postgres translates.
 *
 * @see <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">Postgres error codes</a>
 */
final class ConnectionFailure {
  private static final Set<String> TLS_ONLY = Set.of("require", "verify-ca", "verify-full");

  private ConnectionFailure() {}

  static OperationException explain(SQLException failure, DatabaseUrl url, String variable) {
    return new OperationException(message(failure, url, variable), failure);
  }

  private static String message(SQLException failure, DatabaseUrl url, String variable) {
    String server = "Postgres at " + address(url);
    String state = Optional.ofNullable(failure.getSQLState()).orElse("");
    if (isForAnotherHost(failure, state, url)) {
      return server
          + " shows a certificate for another host: name the one that it is for in "
          + variable;
    }
    if (TlsFault.is(failure)) {
      return server
          + " could not agree on TLS: check sslmode, sslrootcert, sslcert and sslkey in "
          + variable;
    }
    if (causedBy(failure, UnknownHostException.class)) {
      return server + " has a host name that does not resolve: check " + variable;
    }
    if (causedBy(failure, IOException.class)) {
      return unreachable(server, variable);
    }
    return switch (state) {
      case "08000", "08001", "08003" -> unreachable(server, variable);
      case "08004" -> server + refusedByDriver(url, variable);
      case "28P01" -> server + " refuses the password of " + user(url) + ": check " + variable;
      case "28000" ->
          server
              + " refuses "
              + user(url)
              + ": check that the role exists and may log in, and pg_hba.conf";
      case "3D000" ->
          server + " has no database '" + url.database() + "': create it or check " + variable;
      case "42501" ->
          server + " does not let " + user(url) + " connect: grant CONNECT on the database";
      case "53300" ->
          server + " has no free connection: raise max_connections or close idle connections";
      case "57P03" -> server + " is not ready for connections: try again when it has started";
      default ->
          server
              + " refused the connection (SQLState "
              + (state.isEmpty() ? "none" : state)
              + "): run again with --verbose and look into the server's log";
    };
  }

  /**
   * pgjdbc gives no cause then. Nor does it for a key that others may read, which this is taken for
   * where both can be.
   */
  private static boolean isForAnotherHost(SQLException failure, String state, DatabaseUrl url) {
    return "08006".equals(state)
        && failure.getCause() == null
        && "verify-full".equals(url.parameters().get(PGProperty.SSL_MODE.getName()));
  }

  private static String unreachable(String server, String variable) {
    return server + " does not answer: is it running and reachable? (" + variable + ")";
  }

  /**
   * 08004 comes from pgjdbc itself: TLS demanded but not offered, or a password that is missing.
   */
  private static String refusedByDriver(DatabaseUrl url, String variable) {
    if (TLS_ONLY.contains(url.parameters().getOrDefault(PGProperty.SSL_MODE.getName(), "prefer"))) {
      return " does not offer the TLS that sslmode asks for: turn on ssl there, or change sslmode in "
          + variable;
    }
    return url.password().isEmpty()
        ? " asks " + user(url) + " for a password: add it to " + variable
        : " asks for a way to log in that is not supported: check pg_hba.conf";
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    return Stream.iterate(failure, t -> t != null, Throwable::getCause).anyMatch(type::isInstance);
  }

  private static String user(DatabaseUrl url) {
    return url.user().map(name -> "user '" + name + "'").orElse("the default user");
  }

  private static String address(DatabaseUrl url) {
    String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
    return host + ":" + url.port();
  }
}
