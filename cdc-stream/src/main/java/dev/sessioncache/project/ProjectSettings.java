package dev.sessioncache.project;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** The Streams program. */
@Section(
    value = "Project",
    description = "The Kafka Streams program that joins sessions with users.")
public record ProjectSettings(
    @Setting(
            name = "project.state.dir",
            defaultValue = "",
            description =
                "Directory of the lanes' state (RocksDB), one per instance on a machine; empty for .session-cache-warmer/state in the home directory. It holds sessions and may be lost: Kafka restores it.")
        Optional<Path> stateDir,
    @Setting(
            name = "project.threads",
            defaultValue = "1",
            min = "1",
            max = "64",
            description = "Threads that share the lanes of this instance.")
        int threads,
    @Setting(
            name = "project.standbys",
            defaultValue = "0",
            min = "0",
            max = "5",
            description =
                "How many other instances keep a copy of each lane's state, so that a lane whose instance has died need not be restored from Kafka first. Costs their disk and CPU.")
        int standbys) {
  /**
   * Asked before anything of this process joins a group: one that then ended would have taken lanes
   * from others for nothing.
   *
   * @throws dev.sessioncache.command.OperationException when the state directory can't be used
   */
  public void requireStateDir() {
    LocalState.require(ProjectProperties.stateDir(this));
  }
}
