package dev.sessioncache.dashboard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which stage holds a lane up: the one that adds most to its lag. A pulse goes through all stages
 * behind the changes that were committed before it, so the stage that has the pulse has the
 * changes. Project tells of no lane that it holds something back of.
 */
final class HeldUp {

  static final String CAPTURE = "capture";
  static final String PROJECT = "project";
  static final String APPLY = "apply";

  private final boolean captured;
  private final OptionalLong captureLag;
  private final Map<Integer, Long> projectLags = new HashMap<>();

  HeldUp(List<InstanceRecord> instances) {
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

  /**
   * For a lane that is behind; null when nothing tells.
   *
   * @param laneLag how far Redis is behind, ms; null when it has no watermark
   */
  @Nullable String by(int lane, @Nullable Long laneLag) {
    Long projectLag = projectLags.get(lane);
    if (laneLag == null) {
      return projectLag == null ? (captured ? null : CAPTURE) : APPLY;
    }
    long passedOn = projectLag == null ? laneLag : Math.min(projectLag, laneLag);
    long inApply = laneLag - passedOn;
    if (captured && captureLag.isEmpty()) { // a connector does not tell how far it is
      return inApply > passedOn ? APPLY : null;
    }
    long inCapture = captured ? Math.min(captureLag.getAsLong(), passedOn) : passedOn;
    long inProject = passedOn - inCapture;
    if (inApply > inProject && inApply > inCapture) {
      return APPLY;
    }
    return inProject > inCapture ? PROJECT : CAPTURE;
  }
}
