package dev.sessioncache.changes;

/**
 * A session was written with another {@link dev.sessioncache.mapping.TokenHash} than ours: its
 * token may stand in it as it is, so its value is to go nowhere.
 */
public final class OtherTokenHashException extends UnreadableChangeException {

  private static final long serialVersionUID = 1L;

  OtherTokenHashException() {
    super("it was written with another token.hash or token.hash.key than ours");
  }
}
