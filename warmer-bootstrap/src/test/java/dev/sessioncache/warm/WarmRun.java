package dev.sessioncache.warm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sessioncache.command.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new WarmerBootstrap(environment))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exit = CommandRunner.run(command, args);
    return new WarmRun(exit, out.toString(), err.toString());
  }

  /** The fields of the one JSON object on stdout by JSON pointer. */
  Map<String, String> json() {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(out)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isScalarValue()) {
          fields.put(parser.getParsingContext().pathAsPointer().toString(), parser.getText());
        }
      }
      return fields;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String json(String pointer) {
    return json().getOrDefault(pointer, "absent");
  }
}
