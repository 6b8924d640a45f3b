package dev.sessioncache.app;

import dev.sessioncache.command.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** One command in this JVM, with a settings file: its exit code and what it has printed. */
record CommandRun(int exit, String out, String err) {

  static CommandRun of(
      Callable<Integer> command, Path directory, Map<String, String> settings, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("--config", file(directory, settings).toString()));
    all.addAll(List.of(args));
    int exit =
        CommandRunner.run(
            new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)),
            all.toArray(String[]::new));
    return new CommandRun(exit, out.toString(), err.toString());
  }

  private static Path file(Path directory, Map<String, String> settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    try {
      Path file = Files.createTempFile(directory, "settings", ".properties");
      try (Writer writer = Files.newBufferedWriter(file)) {
        properties.store(writer, null);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
