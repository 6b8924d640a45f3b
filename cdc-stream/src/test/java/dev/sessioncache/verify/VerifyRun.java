package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.json.FlatJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/**
 * What one run of the command gave, inside of this JVM.
 *
 * @param exit code
 * @param out on stdout
 * @param err on stderr
 */
public record VerifyRun(int exit, String out, String err) {

  /**
   * Runs it.
   *
   * @param settings by the names of docs/configuration.md; those of the stream may be among them
   */
  public static VerifyRun of(Map<String, String> settings, String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    Map<String, String> environment = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          String variable = name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
          if (name.equals("database.url") || name.equals("redis.url")) {
            environment.put(variable, value);
          } else if (!name.equals("verify.rate")) {
            environment.put("WARMER_" + variable, value);
          }
        });
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new Verify(environment))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exit = CommandRunner.run(command, args.toArray(String[]::new));
    return new VerifyRun(exit, out.toString(), err.toString());
  }

  /** A field of the one JSON object on stdout, by JSON pointer. */
  public String json(String pointer) {
    return FlatJson.read(out.getBytes(UTF_8)).getOrDefault(pointer, "absent: " + out + err);
  }

  public long number(String pointer) {
    return Long.parseLong(json(pointer));
  }

  /** The hashes of the keys with drift of that kind. */
  public Set<String> drifts(String kind) {
    Map<String, String> fields = FlatJson.read(out.getBytes(UTF_8));
    Set<String> hashes = new TreeSet<>();
    for (int i = 0; fields.containsKey("/drifts/" + i + "/kind"); i++) {
      if (kind.equals(fields.get("/drifts/" + i + "/kind"))) {
        hashes.add(fields.getOrDefault("/drifts/" + i + "/key_hash", ""));
      }
    }
    return hashes;
  }
}
