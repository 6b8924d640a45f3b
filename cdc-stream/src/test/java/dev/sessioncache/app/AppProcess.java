package dev.sessioncache.app;

import dev.sessioncache.localstack.ChildProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The streaming app as a process of its own, to be killed, stopped and frozen. */
public final class AppProcess {

  private AppProcess() {}

  /**
   * Makes a process of {@link CdcStream} that is not started yet.
   *
   * @param name of its log file in {@code target/processes}
   * @param settings by the names of docs/configuration.md; two that run at the same time need a
   *     {@code project.state.dir} each
   * @param roles all three when none is named
   */
  public static ChildProcess of(String name, Map<String, String> settings, String... roles) {
    List<String> arguments =
        roles.length == 0 ? List.of() : List.of("--role", String.join(",", roles));
    Map<String, String> own = new HashMap<>(settings);
    own.putIfAbsent("http.port", "0"); // several run on one machine
    return ProgramProcess.of(name, CdcStream.class, own, arguments);
  }
}
