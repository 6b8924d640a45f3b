package dev.sessioncache.endtoend;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Proofs that a fault fired. A run in which one did not is void. */
final class Proof {

  /** The run proves nothing: a fault did not fire, or the harness itself failed. */
  static final class VoidRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    VoidRunException(String message) {
      super(message);
    }
  }

  private static final Duration SOON = Duration.ofSeconds(60);

  private Proof() {}

  static void that(boolean fired, String what) {
    if (!fired) {
      throw new VoidRunException("no proof that " + what);
    }
  }

  static void soon(String what, Callable<Boolean> fired) {
    try {
      Awaitility.await(what)
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptions()
          .until(fired);
    } catch (ConditionTimeoutException e) {
      throw new VoidRunException("no proof that " + what + " within " + SOON.toSeconds() + " s");
    }
  }
}
