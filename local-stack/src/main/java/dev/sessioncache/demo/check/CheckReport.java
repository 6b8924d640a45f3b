package dev.sessioncache.demo.check;

import java.util.List;

/**
 * What a {@link CacheCheck} found.
 *
 * @param required live sessions of the budget, each of which was looked for
 * @param keys session keys in Redis, each of which was compared
 * @param missing see {@link Offence#MISSING}, and so on
 * @param offenders the first few
 * @param seconds that the check took
 */
public record CheckReport(
    long required,
    long keys,
    long missing,
    long different,
    long dead,
    long wrongTtl,
    List<Offender> offenders,
    double seconds) {

  /** Whether nothing is wrong. */
  public boolean clean() {
    return missing + different + dead + wrongTtl == 0;
  }
}
