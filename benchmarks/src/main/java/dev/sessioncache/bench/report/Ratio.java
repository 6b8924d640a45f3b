package dev.sessioncache.bench.report;

/**
 * A figure of ours to the same of another.
 *
 * @param what is divided, as of both
 * @param ours the contender that is ours
 * @param against the other
 * @param asked the most that it may be; 0 when nothing is asked
 */
record Ratio(String what, String ours, String against, double value, double asked) {

  /** In Markdown. */
  String sentence() {
    return "%s of %s : %s of %s = **%s**%s."
        .formatted(
            capital(what),
            ours,
            what,
            against,
            Numbers.three(value),
            asked == 0
                ? ""
                : ", asked for is at most %s: %s"
                    .formatted(Numbers.three(asked), isReached() ? "reached" : "not reached"));
  }

  /** A row of a table of all that is asked for, in Markdown. */
  String row(String of) {
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            of,
            what,
            against.replace("|", "\\|"),
            Numbers.three(value),
            Numbers.three(asked),
            isReached() ? "yes" : "no");
  }

  private boolean isReached() {
    return value <= asked;
  }

  /** A percentile is called as it is. */
  private static String capital(String word) {
    return word.startsWith("p") ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
