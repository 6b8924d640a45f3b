package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.mapping.KeyTemplate;

/** Tells the keys of cached sessions from our own and from those of others. */
public final class ValueKeys {

  private final KeyTemplate template;
  private final String ours;
  private final boolean within;

  public ValueKeys(KeyTemplate template, GuardSettings settings) {
    this.template = template;
    this.ours = settings.keysPrefix();
    // Then a value begins as our own keys do, and with more than that.
    this.within = template.prefix().startsWith(ours) && template.prefix().length() > ours.length();
  }

  /** In doubt a key is not taken for a session's. */
  public boolean isValue(String key) {
    return template.isKey(key) && (within || !key.startsWith(ours));
  }

  /** The <a href="https://redis.io/commands/scan">glob</a> that all of them match, and others. */
  public byte[] pattern() {
    return (glob(template.prefix()) + "*" + glob(template.suffix())).getBytes(UTF_8);
  }

  /** Matches a text itself, whatever stands in it. */
  static String glob(String text) {
    return text.replaceAll("[\\[\\]?*\\\\^]", "\\\\$0");
  }
}
