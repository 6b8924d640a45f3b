package dev.sessioncache.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** How long a value may stay without being renewed: the lease, never past the session's own end. */
public final class Lease {

  private final Duration ttl;
  private final double jitter;
  private final RandomGenerator random;

  public Lease(GuardSettings settings, RandomGenerator random) {
    this.ttl = settings.leaseTtl();
    this.jitter = settings.leaseJitter();
    this.random = random;
  }

  /** The time to live of a value whose session is live until then; zero or less when it is over. */
  public Duration timeToLive(Instant now, Instant liveUntil) {
    long lease = (long) (ttl.toMillis() * (1 - jitter * random.nextDouble()));
    boolean outlivesLease = liveUntil.isAfter(now.plusMillis(lease));
    return outlivesLease ? Duration.ofMillis(lease) : Duration.between(now, liveUntil);
  }

  /** The same for a lease that counts from a moment before; zero or less when that is over. */
  public Duration timeToLive(Instant from, Instant now, Instant liveUntil) {
    return timeToLive(from, liveUntil).minus(Duration.between(from, now));
  }
}
