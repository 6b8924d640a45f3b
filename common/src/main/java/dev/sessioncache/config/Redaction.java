package dev.sessioncache.config;

import java.util.regex.Pattern;

/**
 * Hides the passwords of URLs in any text. Rather too much than too little: a malformed URL is
 * where a password is most likely to end up in a message.
 */
public final class Redaction {
  static final String MASK = "***";

  /** From the user's colon to the last {@code @}, since an unencoded password may contain both. */
  private static final Pattern USER_INFO = Pattern.compile("(:/{1,2}[^:\\s]*:)\\S*@");

  /** Redis clients take a lone user info for the password. */
  private static final Pattern REDIS_PASSWORD = Pattern.compile("(rediss?://)[^:@\\s]+@");

  /** A URL that lost its host: what follows the colon is a password unless it looks like a port. */
  private static final Pattern NO_HOST =
      Pattern.compile("(://[^:/?#@\\s\\[]*:)(?!\\d{1,5}(?:[/?#,\\s]|$))[^@\\s]+(?=\\s|$)");

  private static final Pattern PARAMETER =
      Pattern.compile("((?:password|pass|secret)=)[^&\\s]+", Pattern.CASE_INSENSITIVE);

  private Redaction() {}

  /** The text with every URL password replaced by {@code ***}. */
  public static String apply(String text) {
    String shown = USER_INFO.matcher(text).replaceAll("$1" + MASK + "@");
    shown = REDIS_PASSWORD.matcher(shown).replaceAll("$1" + MASK + "@");
    shown = NO_HOST.matcher(shown).replaceAll("$1" + MASK);
    return PARAMETER.matcher(shown).replaceAll("$1" + MASK);
  }
}
