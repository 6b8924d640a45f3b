package dev.sessioncache.postgres;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Tells a fault of certificates, keys and versions of TLS, which somebody has to mend, from a
 * handshake that the network has broken off. Decides on SQLState and on the types of the causes.
 */
final class TlsFault {

  /** Certificates that are not trusted or can't be read, and files that are missing. */
  private static final Set<Class<? extends Exception>> OF_FILES =
      Set.of(GeneralSecurityException.class, FileNotFoundException.class);

  private static final Set<Class<? extends Exception>> OF_THE_NETWORK =
      Set.of(EOFException.class, SocketException.class, SocketTimeoutException.class);

  private TlsFault() {}

  /** Whether a failure is one, by itself or by its causes. */
  static boolean is(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    boolean refused = has(causes, Set.of(SSLException.class)) && !has(causes, OF_THE_NETWORK);
    return has(causes, OF_FILES) || refused || isOfTheDriver(causes);
  }

  /**
   * pgjdbc gives 08006 to a connection that broke, of which an {@link IOException} is the cause,
   * and, without one, to a certificate for another host (<a
   * href="https://github.com/pgjdbc/pgjdbc/blob/REL42.7.13/pgjdbc/src/main/java/org/postgresql/ssl/MakeSSL.java">MakeSSL</a>),
   * a key that others may read and a socket factory that is not there.
   */
  private static boolean isOfTheDriver(List<Throwable> causes) {
    return causes.stream()
            .anyMatch(
                cause -> cause instanceof SQLException sql && "08006".equals(sql.getSQLState()))
        && !has(causes, Set.of(IOException.class));
  }

  private static boolean has(List<Throwable> causes, Set<Class<? extends Exception>> kinds) {
    return causes.stream().anyMatch(cause -> kinds.stream().anyMatch(k -> k.isInstance(cause)));
  }
}
