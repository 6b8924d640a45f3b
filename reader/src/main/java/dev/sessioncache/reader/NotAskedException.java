package dev.sessioncache.reader;

/** Redis was not asked, or not told, since it is not connected, or was too slow of late. */
final class NotAskedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotAskedException() {
    super("Redis is not connected, or too slow", null, false, false);
  }
}
