package dev.sessioncache.warm;

import dev.sessioncache.json.JsonText;
import java.util.List;
import java.util.Locale;

/**
 * What warms of several sizes would come to.
 *
 * @param liveSessions in Postgres
 * @param requestsPerSecond expected of all of them
 * @param bytesPerSession in Redis, the mean of the sample
 * @param sampled sessions whose documents were made
 * @param ratePerSecond sessions a second
 * @param rateOf what the rate was measured with
 * @param sizes by growing share
 */
record EstimateReport(
    long liveSessions,
    double requestsPerSecond,
    double bytesPerSession,
    int sampled,
    double ratePerSecond,
    RateOf rateOf,
    List<Size> sizes) {

  /** What a rate was measured with. */
  enum RateOf {
    LAST_WARM("the last warm"),
    SAMPLE("a sample that was read, not written");

    private final String words;

    RateOf(String words) {
      this.words = words;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One size of warm.
   *
   * @param share of the expected requests
   * @param sessions that account for it
   */
  record Size(double share, long sessions) {}

  private static final double MIB = 1024 * 1024;

  /** A table for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d live sessions, %,.1f requests/s expected; %,.0f bytes each in Redis (mean of %,d)%n",
            liveSessions,
            requestsPerSecond,
            bytesPerSession,
            sampled));
    text.append(
        String.format(
            Locale.ROOT, "%n%8s  %12s  %12s  %10s%n", "share", "sessions", "in Redis", "time"));
    for (Size size : sizes) {
      text.append(
          String.format(
              Locale.ROOT,
              "%6.0f %%  %,12d  %,8.1f MiB  %,8.1f s%n",
              100 * size.share(),
              size.sessions(),
              bytes(size) / MIB,
              seconds(size)));
    }
    return text.append(
            String.format(
                Locale.ROOT, "%nTime at %,.0f sessions/s, as of %s.", ratePerSecond, rateOf.words))
        .toString();
  }

  /** One JSON object. */
  String json() {
    return JsonText.object(
        json -> {
          json.writeNumberField("live_sessions", liveSessions);
          json.writeNumberField("requests_per_second", JsonText.rounded(requestsPerSecond, 3));
          json.writeNumberField("bytes_per_session", JsonText.rounded(bytesPerSession, 3));
          json.writeNumberField("sampled", sampled);
          json.writeNumberField("rate", JsonText.rounded(ratePerSecond, 3));
          json.writeStringField("rate_of", rateOf.label());
          json.writeArrayFieldStart("sizes");
          for (Size size : sizes) {
            json.writeStartObject();
            json.writeNumberField("share", size.share());
            json.writeNumberField("sessions", size.sessions());
            json.writeNumberField("bytes", Math.round(bytes(size)));
            json.writeNumberField("seconds", JsonText.rounded(seconds(size), 3));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private double bytes(Size size) {
    return size.sessions() * bytesPerSession;
  }

  private double seconds(Size size) {
    return ratePerSecond > 0 ? size.sessions() / ratePerSecond : 0;
  }
}
