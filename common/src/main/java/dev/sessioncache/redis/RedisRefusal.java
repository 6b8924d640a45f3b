package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.RedisProtocolException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says in one line why there is no connection to Redis, and what to do. */
final class RedisRefusal {

  private RedisRefusal() {}

  /**
   * Tells a server that can't be reached, or whose certificate is not good, from one that does not
   * let us in, and from another service. One that does not let us in may close the connection
   * before its refusal is read: that may have any of these reasons.
   */
  static OperationException explain(RedisUrl url, String variable, RedisException e) {
    return new OperationException("Redis at " + url + " " + reason(e) + " (" + variable + ")", e);
  }

  private static String reason(RedisException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisCommandExecutionException) {
        return "refuses us: check user and password, and that it has finished loading";
      }
      if (cause instanceof RedisProtocolException) {
        return "is no Redis, by what it says";
      }
      if (cause instanceof SSLException) {
        return "has no certificate that we trust, or one for another host, or speaks no TLS: name"
            + " the certificate's authority with redis.ca, and the host that it is for";
      }
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof TimeoutException
          || cause instanceof RedisCommandTimeoutException) {
        return "does not answer: is it running and reachable, and does it speak TLS if and only if"
            + " the URL begins with rediss://?";
      }
    }
    return "says nothing, or closes the connection: does it hang, does it speak TLS if and only if the"
        + " URL begins with rediss://, and are user and password right?";
  }
}
