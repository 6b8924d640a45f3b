package dev.sessioncache.activity;

import java.util.List;

/**
 * How the expected requests are spread over the live sessions, by recency: what share of them the N
 * most recently active sessions make. Immutable.
 */
public final class ActivityCurve {

  /**
   * Live sessions of about the same recency.
   *
   * @param sessions how many there are
   * @param rate requests per second expected of all of them together
   */
  public record Bucket(long sessions, double rate) {}

  private final List<Bucket> buckets;
  private final long sessions;
  private final double rate;

  /**
   * @param buckets the most recent first
   */
  public ActivityCurve(List<Bucket> buckets) {
    this.buckets = List.copyOf(buckets);
    this.sessions = buckets.stream().mapToLong(Bucket::sessions).sum();
    this.rate = buckets.stream().mapToDouble(Bucket::rate).sum();
  }

  /** Live sessions. */
  public long sessions() {
    return sessions;
  }

  /** Requests per second expected of all live sessions. */
  public double rate() {
    return rate;
  }

  /** The share of the expected requests, 0 to 1; all of it when none are expected. */
  public double share(double ofRate) {
    return rate > 0 ? Math.min(1, ofRate / rate) : 1;
  }

  /** The share that the so many most recently active sessions make. */
  public double shareOf(long count) {
    long left = count;
    double reached = 0;
    for (Bucket bucket : buckets) {
      if (left < bucket.sessions()) {
        return share(reached + bucket.rate() * left / bucket.sessions());
      }
      left -= bucket.sessions();
      reached += bucket.rate();
    }
    return 1;
  }

  /** The fewest most recently active sessions that make the share together. */
  public long sessionsFor(double share) {
    double wanted = share * rate;
    long count = 0;
    for (Bucket bucket : buckets) {
      if (bucket.rate() >= wanted) {
        return count + part(bucket, wanted);
      }
      wanted -= bucket.rate();
      count += bucket.sessions();
    }
    return count;
  }

  private static long part(Bucket bucket, double wanted) {
    return wanted <= 0 ? 0 : (long) Math.ceil(bucket.sessions() * wanted / bucket.rate());
  }
}
