package dev.sessioncache.guard;

/**
 * Redis has another generation than the one that the writer entered: it was emptied, replaced, or
 * has lost writes. What was to be written may rest on guards that are gone, so none of the call has
 * been written.
 */
public final class GenerationLostException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public GenerationLostException() {
    super("Redis has another generation: it was emptied, replaced, or has lost writes");
  }
}
