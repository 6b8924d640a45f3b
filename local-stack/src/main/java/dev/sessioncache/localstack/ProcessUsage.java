package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process has taken so far, see <a
 * href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>.
 *
 * @param cpu user and system time
 * @param mostKilobytes the most memory that it has had resident
 */
public record ProcessUsage(Duration cpu, long mostKilobytes) {

  private static final ProcessUsage NONE = new ProcessUsage(Duration.ZERO, 0);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final long MILLIS_PER_TICK = 10;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  /**
   * Of a process that runs.
   *
   * @throws UncheckedIOException when there is none of that number
   */
  public static ProcessUsage of(long pid) {
    try {
      return read(pid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for a program that is to end by itself.
   *
   * @return what it had taken when it was last looked at, 50 ms before its end at most
   */
  public static ProcessUsage untilEnd(ChildProcess process) {
    ProcessUsage last = NONE;
    while (!process.endsWithin(LOOK_EVERY)) {
      try {
        ProcessUsage now = read(process.pid());
        last = new ProcessUsage(now.cpu, Math.max(last.mostKilobytes, now.mostKilobytes));
      } catch (NoSuchFileException e) {
        continue; // it is about to end
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return last;
  }

  private static ProcessUsage read(long pid) throws IOException {
    Path directory = Path.of("/proc", Long.toString(pid));
    String stat = Files.readString(directory.resolve("stat"));
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(afterName[USER_TIME]) + Long.parseLong(afterName[SYSTEM_TIME]);
    long kilobytes =
        Files.readAllLines(directory.resolve("status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0); // a process that has just ended has no memory
    return new ProcessUsage(Duration.ofMillis(ticks * MILLIS_PER_TICK), kilobytes);
  }
}
