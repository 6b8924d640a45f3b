package dev.sessioncache.demo;

/** The user asked the run to stop, by Ctrl-C or SIGTERM. */
final class StoppedException extends Exception {

  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped");
  }
}
