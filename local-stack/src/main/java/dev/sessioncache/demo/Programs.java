package dev.sessioncache.demo;

import dev.sessioncache.localstack.ChildProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs that are shown, run by the launcher.
 *
 * @param home WARMER_HOME, where the launcher is
 * @param endpoints the servers they are to use
 * @param directory takes their logs
 * @param httpPort where the stream tells how it is, each time that it is started
 */
record Programs(Path home, Endpoints endpoints, DataDirectory directory, int httpPort) {

  private static final String HTTP_PORT = "WARMER_HTTP_PORT";
  private static final String HTTP_HOST = "WARMER_HTTP_HOST";

  /** Writes its report to standard output. */
  ChildProgram warm(int count) throws IOException {
    return start(
        List.of("warm", "--full", "--count", Integer.toString(count), "--target", "0", "--json"),
        Redirect.PIPE,
        warmLog());
  }

  /** Not started yet. */
  ChildProcess stream() {
    return new ChildProcess(
        List.of(home.resolve("warmer").toString(), "stream"), environment(), streamLog());
  }

  /** Where the stream tells how it is; empty when the user's own settings say where. */
  Optional<String> streamUrl() {
    return System.getenv(HTTP_PORT) == null && System.getenv(HTTP_HOST) == null
        ? Optional.of("http://127.0.0.1:" + httpPort)
        : Optional.empty();
  }

  /** Ends at the end of its input; Ctrl-C is for this JVM alone. */
  Application application() throws IOException {
    List<String> command =
        List.of(
            "/bin/sh",
            "-c",
            "trap '' INT; exec \"$@\"",
            "application",
            home.resolve("warmer").toString(),
            "validate");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment());
    // Of the reader also what has ended; an operator's validate tells of warnings only.
    builder.environment().merge("JAVA_OPTS", "-Dwarmer.log.level=INFO", (a, b) -> a + " " + b);
    builder.redirectError(Redirect.appendTo(applicationLog().toFile()));
    return new Application(builder.start());
  }

  Path warmLog() {
    return directory.log("warm");
  }

  Path streamLog() {
    return directory.log("stream");
  }

  Path applicationLog() {
    return directory.log("application");
  }

  private ChildProgram start(List<String> arguments, Redirect output, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("warmer").toString());
    command.addAll(arguments);
    return ChildProgram.start(command, environment(), output, log);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(endpoints.asEnvironment());
    environment.put("WARMER_PROJECT_STATE_DIR", directory.state().toString());
    if (System.getenv(HTTP_PORT) == null) {
      environment.put(HTTP_PORT, Integer.toString(httpPort)); // the usual one may be taken
    }
    environment.put("WARMER_READER_REPORT", "true"); // the dashboard shows who answers
    // This JVM runs from the same build; sources edited since must not start another one now.
    environment.put("WARMER_NO_BUILD", "1");
    return environment;
  }
}
