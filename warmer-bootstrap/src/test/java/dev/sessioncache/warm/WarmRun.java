package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.json.FlatJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * What one run of the command gave.
 *
 * @param exit code
 * @param out on stdout
 * @param err on stderr, the log left out
 */
record WarmRun(int exit, String out, String err) {

  /** Runs the command inside of this JVM. */
  static WarmRun of(Map<String, String> environment, String... args) {
    return of(new WarmerBootstrap(environment), args);
  }

  static WarmRun of(Callable<Integer> job, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(job).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exit = CommandRunner.run(command, args);
    return new WarmRun(exit, out.toString(), err.toString());
  }

  /** The fields of the one JSON object on stdout by JSON pointer. */
  Map<String, String> json() {
    return FlatJson.read(out.getBytes(UTF_8));
  }

  String json(String pointer) {
    return json().getOrDefault(pointer, "absent");
  }
}
