package dev.sessioncache.mapping;

/** SQL identifiers, quoted so that any column or table name of the catalog can be used. */
public final class Identifiers {

  private Identifiers() {}

  public static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
