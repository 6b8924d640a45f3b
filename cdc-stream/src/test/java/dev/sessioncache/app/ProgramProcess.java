package dev.sessioncache.app;

import dev.sessioncache.localstack.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A program of ours in a JVM of its own, with the class path of the test. */
final class ProgramProcess {

  private static final Path LOGS = Path.of("target", "processes");

  private static final Map<String, String> FIXED_VARIABLES =
      Map.of(
          "database.url", "DATABASE_URL",
          "redis.url", "REDIS_URL",
          "kafka.bootstrap.servers", "KAFKA_BOOTSTRAP_SERVERS");

  private ProgramProcess() {}

  /** The settings go into the environment: command lines are visible to all. */
  static ChildProcess of(
      String name, Class<?> main, Map<String, String> settings, List<String> arguments) {
    return new ChildProcess(command(main, arguments), environment(settings), newLog(name));
  }

  /** Quick to start; the optimising compiler would take the cores from the servers. */
  private static List<String> command(Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            // Not the one of the tests, which stands before it in the class path.
            "-Dlogback.configurationFile=logback.xml"));
    command.addAll(List.of("-cp", packaged(), main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** What is shipped, as {@code ./warmer} starts it, and not what tests have beside it. */
  private static String packaged() {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(Path.of("target"), "cdc-stream-*.jar")) {
      return jars.iterator().next() + ":target/lib/*";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    settings.forEach((setting, value) -> environment.put(variable(setting), value));
    return environment;
  }

  /** As docs/configuration.md has it. */
  static String variable(String setting) {
    String derived =
        "WARMER_" + setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    return FIXED_VARIABLES.getOrDefault(setting, derived);
  }

  private static Path newLog(String name) {
    try {
      Path log = Files.createDirectories(LOGS).resolve(name + ".log").toAbsolutePath();
      Files.deleteIfExists(log);
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
