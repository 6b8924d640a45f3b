package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.KeyTemplate;

/** Tells the keys of cached sessions from our own and from those of others. */
final class ValueKeys {

  private final KeyTemplate template;
  private final String ours;
  private final boolean within;

  ValueKeys(KeyTemplate template, GuardSettings settings) {
    this.template = template;
    this.ours = settings.keysPrefix();
    // Then a value begins as our own keys do, and with more than that.
    this.within = template.prefix().startsWith(ours) && template.prefix().length() > ours.length();
  }

  /** In doubt a key is not taken for a session's. */
  boolean isValue(String key) {
    return template.isKey(key) && (within || !key.startsWith(ours));
  }

  /** The <a href="https://redis.io/commands/scan">glob</a> that all of them match, and others. */
  byte[] pattern() {
    return (glob(template.prefix()) + "*" + glob(template.suffix())).getBytes(UTF_8);
  }

  private static String glob(String text) {
    return text.replaceAll("[\\[\\]?*\\\\^]", "\\\\$0");
  }
}
