package dev.sessioncache.doctor;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.Redaction;
import java.util.concurrent.Callable;

/**
 * What one look has found.
 *
 * @param of what was looked at
 * @param words one line without secrets: what is there; of what is not as it should be, also what
 *     to do
 */
record Finding(String of, State state, String words) {

  /** How it is. */
  enum State {
    OK,
    /** It works, but not always. */
    WARNING,
    FAILED
  }

  static Finding ok(String of, String words) {
    return new Finding(of, State.OK, words);
  }

  static Finding failed(String of, String words) {
    return new Finding(of, State.FAILED, words);
  }

  static Finding warning(String of, String words) {
    return new Finding(of, State.WARNING, words);
  }

  /** That of a look that may end with an exception. */
  static Finding of(String of, Callable<Finding> look) throws InterruptedException {
    try {
      return look.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (OperationException e) {
      return failed(of, oneLine(e));
    } catch (Exception e) {
      return failed(of, e.getClass().getSimpleName() + ": " + oneLine(e));
    }
  }

  private static String oneLine(Exception e) {
    return Redaction.apply(String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
