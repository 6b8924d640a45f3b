package dev.sessioncache.mapping;

import dev.sessioncache.command.OperationException;

/** What a table must be like for its tokens to be hashed. */
final class HashedToken {

  private HashedToken() {}

  /**
   * Refuses a token that would stand elsewhere as well, or whose text is not the same on every way.
   *
   * @throws OperationException which names the column, and says what to change
   */
  static void check(MappingSettings settings, MappedTable sessions) {
    Column token = sessions.column(settings.key().column());
    Column id = sessions.primaryKey();
    if (token.type().array() || token.type().scalar() != ColumnType.Scalar.STRING) {
      throw new OperationException(
          "token.hash needs a token of type text, varchar, uuid or enum: column "
              + token.name()
              + " of "
              + sessions.name()
              + " is none");
    }
    if (token.equals(id)) {
      throw new OperationException(
          "token.hash can't be used with the token as primary key: column "
              + id.name()
              + " of "
              + sessions.name()
              + " is the key of every change; give the table another primary key");
    }
    if (settings.sessionUser().equals(token.name())
        || settings.sessionRevoked().filter(token.name()::equals).isPresent()) {
      throw new OperationException(
          "token.hash needs a column for the token alone: session.user or session.revoked names "
              + token.name()
              + " as well");
    }
    if (!settings.documentSession().contains(id.name())) {
      throw new OperationException(
          "document.session must hold "
              + id.name()
              + ", the primary key, when tokens are hashed: verify finds the row of a cached value by it");
    }
  }
}
