package dev.sessioncache.app;

import java.util.concurrent.ExecutionException;

/** Lets the cause of a failed part go on as the exception that it is. */
final class Failures {

  private Failures() {}

  static RuntimeException rethrow(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
  }
}
