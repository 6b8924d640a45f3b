package dev.sessioncache.postgres;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells a Postgres that is away for a while from one that will not do what is asked of it. Decides
 * on SQLState and on the types of the causes, never on message text, which Postgres translates.
 *
 * @see <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">Postgres error codes</a>
 */
public final class PostgresOutage {

  /** Of pgjdbc: TLS or a password that is asked for and not given. */
  private static final String REJECTED = "08004";

  /**
   * It does not answer or has broken off; it is told to stop, has crashed, has not started yet; it
   * has ended a session that was silent, as while we waited for another server; all its connections
   * are taken. The rest of class 08 is refused for good, as by a proxy (08P01).
   */
  private static final Set<String> FOR_A_WHILE =
      Set.of("08000", "08001", "08003", "08006", "57P01", "57P02", "57P03", "57P05", "53300");

  private PostgresOutage() {}

  /**
   * Whether a failure, by itself or by its causes, is that Postgres does not answer, or refuses
   * because it starts, stops or is full: time alone may mend it. A fault of certificates or of TLS
   * is none. A connection that the way to Postgres has cut looks the same: whether it is away is
   * known only to who asks it anew.
   */
  public static boolean is(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    boolean fromPostgres = causes.stream().anyMatch(SQLException.class::isInstance);
    return !TlsFault.is(failure)
        && causes.stream().noneMatch(PostgresOutage::isRejection)
        && causes.stream()
            .anyMatch(
                cause ->
                    isForAWhile(cause)
                        || isOfTheNetwork(cause)
                        || (fromPostgres && cause instanceof IOException));
  }

  private static boolean isRejection(Throwable cause) {
    return cause instanceof SQLException sql && state(sql).equals(REJECTED);
  }

  private static boolean isForAWhile(Throwable cause) {
    return cause instanceof SQLException sql && FOR_A_WHILE.contains(state(sql));
  }

  private static boolean isOfTheNetwork(Throwable cause) {
    return cause instanceof SocketException
        || cause instanceof SocketTimeoutException
        || cause instanceof UnknownHostException;
  }

  private static String state(SQLException failure) {
    return Optional.ofNullable(failure.getSQLState()).orElse("");
  }
}
