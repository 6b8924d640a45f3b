package dev.sessioncache.dashboard;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.topic.LaneSettings;

/**
 * What the page has to know of the settings.
 *
 * @param self name of this process among those that share the lanes
 * @param lanes their number
 */
public record DashboardSettings(String self, int lanes, long boundMillis, long leaseMillis) {

  /** Those of a program. */
  public static DashboardSettings of(String self, LaneSettings lanes, GuardSettings guard) {
    return new DashboardSettings(
        self, lanes.count(), lanes.stalenessBound().toMillis(), guard.leaseTtl().toMillis());
  }
}
