package dev.sessioncache.verify;

import dev.sessioncache.guard.GuardSettings;

/**
 * Both sides of one comparison.
 *
 * @param lanes among which sessions are spread
 */
record Sides(RedisSide redis, PostgresSide postgres, GuardSettings settings, int lanes) {

  Comparison comparison() {
    return new Comparison(settings);
  }
}
