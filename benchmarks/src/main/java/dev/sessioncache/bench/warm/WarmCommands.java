package dev.sessioncache.bench.warm;

import dev.sessioncache.bench.Program;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a warm is compared with, as commands that are given the number of sessions. */
final class WarmCommands {

  private final Workbench bench;
  private final String sessions;

  WarmCommands(Workbench bench, int sessions) {
    this.bench = bench;
    this.sessions = Integer.toString(sessions);
  }

  /** A main class of this module in a JVM of its own. */
  Program.Command java(Class<?> main) {
    return command(
        main.getSimpleName(),
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        main.getName(),
        sessions);
  }

  /**
   * A variant of a shell script of this package's resources. It writes plain {@code SET}s with a
   * time to live: nothing keeps an older state from overwriting a newer one.
   */
  Program.Command script(String file, String variant) throws IOException {
    Path script = bench.directory().resolve(file);
    Files.writeString(script, Workbench.resource("warm/" + file));
    return command(file, "/bin/sh", script.toString(), variant, sessions);
  }

  private Program.Command command(String log, String... words) {
    return () -> new Client(bench.environment(), bench.log(log)).run(List.of(words));
  }
}
