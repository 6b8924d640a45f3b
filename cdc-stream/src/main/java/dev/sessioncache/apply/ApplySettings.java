package dev.sessioncache.apply;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import dev.sessioncache.topic.LaneSettings;

/** Who takes entries to Redis. */
@Section(value = "Apply", description = "The consumers that take entries to Redis.")
public record ApplySettings(
    @Setting(
            name = "apply.group",
            defaultValue = "apply",
            description =
                "Name of the consumer group, behind topics.prefix and a dot. Every Redis that is"
                    + " kept current needs one of its own.")
        String group) {

  public ApplySettings {
    if (!group.matches("[a-zA-Z0-9._-]{1,50}")) {
      throw new IllegalArgumentException(
          "apply.group may hold letters, digits, dots, dashes and underscores");
    }
    if (group.equals("project")) {
      throw new IllegalArgumentException("apply.group must not be project, which is another's");
    }
  }

  /** The id of the consumer group. */
  public String groupId(LaneSettings lanes) {
    return lanes.prefix() + "." + group;
  }
}
