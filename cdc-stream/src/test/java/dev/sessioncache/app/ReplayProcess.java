package dev.sessioncache.app;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.replay.Replay;
import java.util.List;
import java.util.Map;

/** The replay as a process of its own. */
public final class ReplayProcess {

  private ReplayProcess() {}

  /**
   * Makes a process of {@link Replay} that is not started yet.
   *
   * @param name of its log file in {@code target/processes}
   * @param settings by the names of docs/configuration.md; those of the stream may be among them
   * @param options of the command line
   */
  public static ChildProcess of(String name, Map<String, String> settings, String... options) {
    return ProgramProcess.of(name, Replay.class, settings, List.of(options));
  }
}
