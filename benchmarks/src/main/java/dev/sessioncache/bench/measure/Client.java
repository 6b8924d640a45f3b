package dev.sessioncache.bench.measure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contender's command, run to its end. */
public final class Client {

  private static final long LOOK_EVERY_MILLIS = 50;

  private final Map<String, String> environment;
  private final Path log;

  /**
   * @param environment beside that of this JVM
   * @param log takes what it prints, anew each time
   */
  public Client(Map<String, String> environment, Path log) {
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  /**
   * Runs a command.
   *
   * @return the most that its processes had resident, each its own most, together
   * @throws IOException when it fails, with the end of what it has printed
   */
  public long run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
    Process process = builder.start();
    Map<Long, Long> most = new HashMap<>();
    try {
      do {
        note(process.toHandle(), most);
        process.descendants().forEach(below -> note(below, most));
      } while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String printed = Files.readString(log);
      throw new IOException(
          command.get(0)
              + " has failed: "
              + printed.substring(Math.max(0, printed.length() - 600)).strip());
    }
    return most.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void note(ProcessHandle process, Map<Long, Long> most) {
    try {
      Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .forEach(kilobytes -> most.merge(process.pid(), kilobytes, Math::max));
    } catch (IOException e) {
      // It has just ended; what it had then is known to 50 ms.
    }
  }
}
