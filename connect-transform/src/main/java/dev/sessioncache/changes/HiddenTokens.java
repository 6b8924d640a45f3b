package dev.sessioncache.changes;

import dev.sessioncache.mapping.TokenHash;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Puts in the place of a session's token what stands for it outside of Postgres, before anything is
 * made of a change event. The event itself stays as it is: it may be handed out again.
 */
public final class HiddenTokens {

  private static final List<String> ROWS = List.of("before", "after");

  private final TokenHash tokens;
  private final String table;
  private final String column;
  private final String fingerprint;

  /**
   * @param table of the sessions, without its schema
   * @param column of their tokens
   */
  public HiddenTokens(TokenHash tokens, String table, String column) {
    this.tokens = tokens;
    this.table = table;
    this.column = column;
    this.fingerprint = tokens.fingerprint();
  }

  /** What {@link ChangeFormat#TOKEN_HASH_HEADER} is to say. */
  public String fingerprint() {
    return fingerprint;
  }

  /** An envelope without the token. */
  public Struct of(Struct envelope) {
    if (!tokens.isHash() || !envelope.getStruct("source").getString("table").equals(table)) {
      return envelope;
    }
    Struct hidden = copy(envelope);
    for (String name : ROWS) {
      Struct row = envelope.getStruct(name);
      if (row != null && row.schema().field(column) != null) {
        hidden.put(name, hidden(row));
      }
    }
    return hidden;
  }

  /** What Postgres did not send is no token. */
  private Struct hidden(Struct row) {
    Struct hidden = copy(row);
    String token = row.getString(column);
    if (token != null && !token.equals(ChangeFormat.UNCHANGED)) {
      hidden.put(column, tokens.of(token));
    }
    return hidden;
  }

  private static Struct copy(Struct from) {
    Struct copy = new Struct(from.schema());
    for (Field field : from.schema().fields()) {
      copy.put(field, from.getWithoutDefault(field.name()));
    }
    return copy;
  }
}
