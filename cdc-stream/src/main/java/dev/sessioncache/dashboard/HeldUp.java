package dev.sessioncache.dashboard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which stage holds a lane up: the first that has not passed on a pulse within the bound. A pulse
 * goes through all stages behind the changes that were committed before it, so the stage that has
 * the pulse has the changes. Project tells of no lane that it holds something back of.
 */
final class HeldUp {

  static final String CAPTURE = "capture";
  static final String PROJECT = "project";
  static final String APPLY = "apply";

  private final long boundMillis;
  private final boolean captured;
  private final OptionalLong captureLag;
  private final Map<Integer, Long> projectLags = new HashMap<>();

  HeldUp(List<InstanceRecord> instances, long boundMillis) {
    this.boundMillis = boundMillis;
    this.captured = instances.stream().anyMatch(InstanceRecord::captures);
    this.captureLag =
        instances.stream()
            .filter(InstanceRecord::captures)
            .map(InstanceRecord::captureLag)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .min();
    for (InstanceRecord instance : instances) {
      instance.projectLags().forEach((lane, lag) -> projectLags.merge(lane, lag, Math::min));
    }
  }

  /** For a lane that is behind; null when nothing tells. */
  @Nullable String by(int lane) {
    Long projectLag = projectLags.get(lane);
    if (projectLag != null && projectLag <= boundMillis) {
      return APPLY;
    }
    if (!captured || captureLag.orElse(0) > boundMillis) {
      return CAPTURE;
    }
    return captureLag.isPresent() ? PROJECT : null; // a connector does not tell how far it is
  }
}
