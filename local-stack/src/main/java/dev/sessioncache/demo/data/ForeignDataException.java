package dev.sessioncache.demo.data;

/** The tables hold rows that the demo did not make; it must not simulate traffic on them. */
public final class ForeignDataException extends Exception {

  private static final long serialVersionUID = 1L;

  ForeignDataException(String message) {
    super(message);
  }
}
